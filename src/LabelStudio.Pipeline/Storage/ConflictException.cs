namespace LabelStudio.Pipeline.Storage;

/// <summary>Somebody else changed the same thing meanwhile.</summary>
public sealed class ConflictException : StudioException
{
    public ConflictException()
    {
    }

    public ConflictException(string message)
        : base(message)
    {
    }

    public ConflictException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
