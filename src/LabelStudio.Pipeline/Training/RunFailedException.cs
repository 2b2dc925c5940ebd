using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>A run cannot be finished. The message is for the person who launched it: what happened and what to do.</summary>
public sealed class RunFailedException : Exception
{
    public RunFailedException()
    {
    }

    public RunFailedException(string message)
        : base(message)
    {
    }

    public RunFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public RunFailedException(string message, StopReason reason)
        : base(message) => Reason = reason;

    public StopReason? Reason { get; }
}
