namespace LabelStudio.Pipeline.Evaluation;

/// <summary>One line of the list of evaluations.</summary>
public sealed record EvaluationSummary(
    Guid Id,
    Guid ProjectId,
    Guid ModelVersionId,
    Guid? ComparedModelId,
    Guid DatasetSnapshotId,
    string Name,
    string CreatedByName,
    DateTime CreatedUtc,
    EvaluationState State,
    string? Problem,
    int TestCount,
    double? Accuracy,
    double? MacroF1)
{
    /// <summary>Images asked about so far, while it runs.</summary>
    public int Done { get; init; }

    /// <summary>Images to ask about; 0 until that is known.</summary>
    public int Total { get; init; }

    public bool IsEnded => State is not (EvaluationState.Waiting or EvaluationState.Running);
}
