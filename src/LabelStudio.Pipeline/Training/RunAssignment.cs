using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Training;

/// <summary>All a trainer must know to execute a run; images, embeddings and the parent model it fetches.</summary>
public sealed record RunAssignment
{
    public required Guid RunId { get; init; }

    public required Guid ProjectId { get; init; }

    public required string RunName { get; init; }

    public required Guid DatasetSnapshotId { get; init; }

    /// <summary>The id its model version will have.</summary>
    public required Guid ModelId { get; init; }

    public Guid? ParentModelId { get; init; }

    /// <summary>The user's own feature extractor to start from; null: the parent or the pretrained backbone.</summary>
    public Guid? ExtractorId { get; init; }

    public required TrainingPlan Plan { get; init; }

    /// <summary>The classes to train, those new to the parent marked, in the order of the list of classes.</summary>
    public required IReadOnlyList<RunClass> Classes { get; init; }

    /// <summary>Classes that could be trained and were not chosen: none of their images is learnt from, and what the parent keeps of one holds its row.</summary>
    public IReadOnlyList<RunClass> LeftOut { get; init; } = [];

    /// <summary>Classes that were merged or archived: models may know them still.</summary>
    public IReadOnlyList<RetiredClass> Retired { get; init; } = [];

    /// <summary>Size of the labelled originals of the run's classes, about what a fine-tuning copies to the trainer.</summary>
    public long OriginalBytes { get; init; }

    internal static RunAssignment Of(TrainingRun run) => new()
    {
        RunId = run.Id,
        ProjectId = run.ProjectId,
        RunName = run.Name,
        DatasetSnapshotId = run.DatasetSnapshotId,
        // A run makes at most one model: its own id names it, so a result handed in twice is one result.
        ModelId = run.Id,
        ParentModelId = run.ParentModelId,
        ExtractorId = run.ExtractorId,
        Plan = TrainingPlan.FromJson(run.PlanJson),
        Classes = [.. run.ClassesByLeftOut()[false]],
        LeftOut = [.. run.ClassesByLeftOut()[true]],
    };
}
