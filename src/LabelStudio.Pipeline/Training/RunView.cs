using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>A run as it looks at this moment. Immutable.</summary>
public sealed record RunView
{
    public required Guid RunId { get; init; }

    public RunState State { get; init; }

    /// <summary>Sequence number of the last event; 0 before the first.</summary>
    public long LastSequence { get; init; }

    public RunStarted? Started { get; init; }

    /// <summary>All finished epochs, oldest first.</summary>
    public IReadOnlyList<EpochCompleted> Epochs { get; init; } = [];

    /// <summary>The newest step within an epoch.</summary>
    public BatchCompleted? LastBatch { get; init; }

    /// <summary>The newest lines of the log, oldest first.</summary>
    public IReadOnlyList<LogWritten> LogTail { get; init; } = [];

    /// <summary>Images of old classes that a limited rehearsal memory shows again; empty: all of them, or there are no old classes.</summary>
    public IReadOnlyList<long> ExemplarIds { get; init; } = [];

    public RunEnded? Ended { get; init; }
}
