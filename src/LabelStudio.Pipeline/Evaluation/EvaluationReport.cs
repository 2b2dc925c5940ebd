using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>What a model version achieves on its frozen test images; <c>evaluation.json</c> in the model's folder.</summary>
public sealed record EvaluationReport
{
    public required Guid ModelVersionId { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid RunId { get; init; }

    public required Guid DatasetSnapshotId { get; init; }

    /// <summary>The model's classes in index order.</summary>
    public required IReadOnlyList<ReportClass> Classes { get; init; }

    /// <summary>Figures over all test images; null when the project has no labelled test image.</summary>
    public EvaluationMetrics? Metrics { get; init; }

    /// <summary>Against the parent; null when trained from the pretrained weights or without test images.</summary>
    public ParentComparison? Comparison { get; init; }

    public double Temperature { get; init; } = 1;
}
