using System.Text.Json;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>One execution of a plan on a dataset snapshot. The row is the job: trainers claim it.</summary>
public sealed class TrainingRun
{
    public const int LongestName = 200;
    public const int LongestNote = 4000;
    public const int LongestTags = 400;

    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required string Name { get; set; }

    public RunState State { get; set; } = RunState.Queued;

    public required TrainedLayers Layers { get; init; }

    public required int Epochs { get; init; }

    /// <summary>All settings as JSON; kept as they were even when a later version knows more of them.</summary>
    public required string PlanJson { get; init; }

    /// <summary>The classes as they were at launch, as a JSON list of <see cref="RunClass"/>.</summary>
    public required string ClassesJson { get; init; }

    /// <summary>What the checks found at launch, as a JSON list of <see cref="LaunchCheck"/>; null: launched before they were kept.</summary>
    public string? ChecksJson { get; init; }

    public required Guid DatasetSnapshotId { get; init; }

    /// <summary>The model it starts from; null: the pretrained weights.</summary>
    public Guid? ParentModelId { get; init; }

    /// <summary>The user's own feature extractor it starts from, when it extends no model; null: not one of those.</summary>
    public Guid? ExtractorId { get; init; }

    /// <summary>What people wrote about it.</summary>
    public string Note { get; set; } = "";

    /// <summary>Put aside: lists leave it out unless they are asked for it. Nothing of it is deleted.</summary>
    public bool IsArchived { get; set; }

    /// <summary>From when on its end is to be told to the project's webhook; null: it is told, was given up, or has not ended.</summary>
    public DateTime? NoticeDueUtc { get; set; }

    /// <summary>How often telling its end failed.</summary>
    public int NoticeAttempts { get; set; }

    /// <summary>Words to find it by, separated by commas.</summary>
    public string Tags { get; set; } = "";

    public required Guid CreatedBy { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public DateTime? StartedUtc { get; set; }

    public DateTime? EndedUtc { get; set; }

    public StopReason? StopReason { get; set; }

    /// <summary>Why it failed or was interrupted, for people.</summary>
    public string? Failure { get; set; }

    /// <summary>What somebody asked the trainer to do.</summary>
    public RunOrder Order { get; set; }

    /// <summary>The trainer that holds or held it.</summary>
    public string? Worker { get; set; }

    public string? Device { get; set; }

    /// <summary>How often it was claimed: a run whose trainers vanish is not given back for ever.</summary>
    public int Attempts { get; set; }

    public Guid? ModelVersionId { get; set; }

    /// <summary>Which of the classes are trained, and which were left out.</summary>
    public ILookup<bool, RunClass> ClassesByLeftOut() => (JsonSerializer.Deserialize<List<RunClass>>(ClassesJson) ?? []).ToLookup(item => item.IsLeftOut);

    /// <summary>It may be resumed. A loss that was no number would be none again.</summary>
    public bool CanResume => State.CanGoOn() && StopReason != LabelStudio.Learning.Training.StopReason.LossNotFinite;
}
