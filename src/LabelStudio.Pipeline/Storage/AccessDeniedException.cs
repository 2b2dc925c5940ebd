namespace LabelStudio.Pipeline.Storage;

/// <summary>The user lacks the right.</summary>
public sealed class AccessDeniedException : StudioException
{
    public AccessDeniedException()
    {
    }

    public AccessDeniedException(string message)
        : base(message)
    {
    }

    public AccessDeniedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
