using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>One line of the list of runs.</summary>
/// <param name="QueuePosition">1 is next; null when not queued.</param>
public sealed record RunSummary(
    Guid Id,
    string Name,
    RunState State,
    TrainedLayers Layers,
    int Epochs,
    DateTime CreatedUtc,
    DateTime? StartedUtc,
    DateTime? EndedUtc,
    string CreatedByName,
    StopReason? StopReason,
    string? Failure,
    Guid? ModelVersionId,
    int? QueuePosition,
    Guid DatasetSnapshotId)
{
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Somebody asked for a pause; the trainer is still in its epoch.</summary>
    public bool IsPausing { get; init; }

    public bool CanResume { get; init; }

    /// <summary>What the trainer that holds or held it computes on; null: none has taken it yet.</summary>
    public string? Device { get; init; }

    /// <summary>Put aside: shown only to who asks for it.</summary>
    public bool IsArchived { get; init; }
}
