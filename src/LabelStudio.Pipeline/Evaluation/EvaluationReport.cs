using System.Text.Json.Serialization;
using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>What a model version achieves on its frozen test images; <c>evaluation.json</c> in the model's folder.</summary>
public sealed record EvaluationReport
{
    public required Guid ModelVersionId { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid RunId { get; init; }

    public required Guid DatasetSnapshotId { get; init; }

    /// <summary>The model's labels, classes and combinations, in index order.</summary>
    public required IReadOnlyList<ReportClass> Classes { get; init; }

    /// <summary>Figures over all test images; null when the project has no labelled test image.</summary>
    public EvaluationMetrics? Metrics { get; init; }

    /// <summary>Against the parent or the model promoted then; null when there was none or no test image.</summary>
    public ParentComparison? Comparison { get; init; }

    /// <summary>The same by class, where images may show several and the model has combinations of classes; null else, and in older reports.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SeveralClassesPart? SeveralClasses { get; init; }

    /// <summary>Mean F1 over the classes; a combination is no class. Null without test images.</summary>
    [JsonIgnore]
    public double? MacroF1 => SeveralClasses?.Metrics.MacroF1 ?? Metrics?.MacroF1;

    public double Temperature { get; init; } = 1;

    /// <summary>Length of each class's row of the head, by index; empty: not known. New classes with longer rows are called too often.</summary>
    public IReadOnlyList<double> HeadNorms { get; init; } = [];

    /// <summary>Why test images of the version are not in the figures, one sentence each.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}
