using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Whose answers are evaluated, and by which classes.</summary>
public sealed record EvaluatedModel
{
    public required Guid ModelVersionId { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>The version that the test images come from.</summary>
    public required Guid DatasetSnapshotId { get; init; }

    public Guid? ParentModelId { get; init; }

    /// <summary>The model's classes in index order.</summary>
    public required IReadOnlyList<ClassEntry> Classes { get; init; }

    public required double Temperature { get; init; }

    /// <summary>Length of each class's row of the head, by index.</summary>
    public IReadOnlyList<double> HeadNorms { get; init; } = [];

    /// <summary>Classes that were merged or archived: the model may know them still.</summary>
    public required IReadOnlyList<RetiredClass> Retired { get; init; }

    internal static EvaluatedModel Of(RunResult result) => new()
    {
        ModelVersionId = result.Assignment.ModelId,
        ProjectId = result.Assignment.ProjectId,
        RunId = result.Assignment.RunId,
        DatasetSnapshotId = result.Assignment.DatasetSnapshotId,
        ParentModelId = result.Assignment.ParentModelId,
        Classes = result.Classes,
        Temperature = result.Temperature,
        HeadNorms = result.Head.RowNorms(),
        Retired = result.Assignment.Retired,
    };
}
