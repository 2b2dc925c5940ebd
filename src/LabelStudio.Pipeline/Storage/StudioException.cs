namespace LabelStudio.Pipeline.Storage;

/// <summary>Something the user must know; its message says what happened, to which thing, and what to do.</summary>
public class StudioException : Exception
{
    public StudioException()
    {
    }

    public StudioException(string message)
        : base(message)
    {
    }

    public StudioException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
