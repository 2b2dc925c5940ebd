namespace LabelStudio.Learning.Imaging;

/// <summary>
/// A file is not a picture that can be taken. <see cref="Exception.Message"/> is for the user: what is wrong and what to
/// do, without the file's name, which the caller knows.
/// </summary>
public sealed class ImageRefusedException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public ImageRefusedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public ImageRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the decoder's own error.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The decoder's error. Its text may belong to another thread's picture.</param>
    public ImageRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
