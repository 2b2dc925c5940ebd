namespace LabelStudio.Pipeline.Storage;

/// <summary>What was asked for breaks a rule that the message names.</summary>
public sealed class InvalidRequestException : StudioException
{
    public InvalidRequestException()
    {
    }

    public InvalidRequestException(string message)
        : base(message)
    {
    }

    public InvalidRequestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
