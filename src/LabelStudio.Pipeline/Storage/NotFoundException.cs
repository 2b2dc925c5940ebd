namespace LabelStudio.Pipeline.Storage;

/// <summary>The asked thing does not exist (any more).</summary>
public sealed class NotFoundException : StudioException
{
    public NotFoundException()
    {
    }

    public NotFoundException(string message)
        : base(message)
    {
    }

    public NotFoundException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
