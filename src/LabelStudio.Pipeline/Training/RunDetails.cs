using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>A run as its page shows it; its curves come from <see cref="TrainingMonitor"/>.</summary>
public sealed record RunDetails
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required string Name { get; init; }

    public required RunNotes Notes { get; init; }

    public required RunState State { get; init; }

    public required TrainingPlan Plan { get; init; }

    public Guid? DatasetSnapshotId { get; init; }

    public int TrainCount { get; init; }

    public int ValidationCount { get; init; }

    public int TestCount { get; init; }

    public Guid? ParentModelId { get; init; }

    /// <summary>The user's own feature extractor it starts from, when it extends no model.</summary>
    public Guid? ExtractorId { get; init; }

    /// <summary>Classes of the run in the order of the list of classes; those that are new to the parent are marked.</summary>
    public required IReadOnlyList<RunClass> Classes { get; init; }

    /// <summary>Classes that could have been trained and were not chosen.</summary>
    public IReadOnlyList<RunClass> LeftOut { get; init; } = [];

    /// <summary>What the checks found at launch; null: launched before they were kept.</summary>
    public IReadOnlyList<LaunchCheck>? Checks { get; init; }

    public required string CreatedByName { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public DateTime? StartedUtc { get; init; }

    public DateTime? EndedUtc { get; init; }

    public StopReason? StopReason { get; init; }

    /// <summary>Why it failed or was interrupted, for people.</summary>
    public string? Failure { get; init; }

    /// <summary>The trainer that holds or held it.</summary>
    public string? Worker { get; init; }

    public string? Device { get; init; }

    public Guid? ModelVersionId { get; init; }

    /// <summary>Somebody asked for a pause; the trainer is still in its epoch.</summary>
    public bool IsPausing { get; init; }

    public bool CanResume { get; init; }

    /// <summary>Put aside: lists leave it out.</summary>
    public bool IsArchived { get; init; }

    /// <summary>The epoch after which it would go on; null: from its start.</summary>
    public int? CheckpointEpoch { get; init; }

    /// <summary>1 is next; null when not queued.</summary>
    public int? QueuePosition { get; init; }
}
