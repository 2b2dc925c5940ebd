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

    /// <summary>Against the parent or the model promoted then; null when there was none or no test image.</summary>
    public ParentComparison? Comparison { get; init; }

    public double Temperature { get; init; } = 1;

    /// <summary>Length of each class's row of the head, by index; empty: not known. New classes with longer rows are called too often.</summary>
    public IReadOnlyList<double> HeadNorms { get; init; } = [];

    /// <summary>Why test images of the version are not in the figures, one sentence each.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}
