namespace LabelStudio.Learning.Native;

/// <summary>
/// A native library that the program needs could not be loaded. <see cref="Exception.Message"/> is one line for the
/// operator: what is missing and what to install; the loader's long account is the inner exception.
/// </summary>
public sealed class NativeLibraryException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public NativeLibraryException()
    {
    }

    /// <summary>Creates the exception with the line to show.</summary>
    /// <param name="message">What is missing and what to do.</param>
    public NativeLibraryException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the line to show and the loader's own error.</summary>
    /// <param name="message">What is missing and what to do.</param>
    /// <param name="innerException">The loader's error, for the log.</param>
    public NativeLibraryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
