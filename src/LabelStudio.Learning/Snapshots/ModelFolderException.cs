namespace LabelStudio.Learning.Snapshots;

/// <summary>A model folder cannot be used. The message is a sentence for the user: what is wrong with which folder and what to do.</summary>
public sealed class ModelFolderException : Exception
{
    /// <summary>Without a message.</summary>
    public ModelFolderException()
    {
    }

    /// <summary>With the sentence to show.</summary>
    public ModelFolderException(string message)
        : base(message)
    {
    }

    /// <summary>With the sentence to show and the cause.</summary>
    public ModelFolderException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
