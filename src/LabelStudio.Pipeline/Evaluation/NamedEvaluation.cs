namespace LabelStudio.Pipeline.Evaluation;

/// <summary>
/// A model version asked anew about the test images of a dataset version. The row is the job; results lie in
/// <c>evaluations/&lt;id&gt;/</c>. What a run itself found stays in its model's folder.
/// </summary>
public sealed class NamedEvaluation
{
    public const int LongestName = 200;

    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid ModelVersionId { get; init; }

    /// <summary>The model that is asked about the same images; null: none.</summary>
    public Guid? ComparedModelId { get; init; }

    public required Guid DatasetSnapshotId { get; init; }

    public required string Name { get; set; }

    public required Guid CreatedBy { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public EvaluationState State { get; set; } = EvaluationState.Waiting;

    public DateTime? EndedUtc { get; set; }

    /// <summary>Why it failed, for people.</summary>
    public string? Problem { get; set; }

    public int TestCount { get; set; }

    public double? Accuracy { get; set; }

    public double? MacroF1 { get; set; }

    public bool IsEnded => State is not (EvaluationState.Waiting or EvaluationState.Running);
}
