using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>A model against the one it was trained from, on the same frozen test images.</summary>
public sealed record ParentComparison
{
    public required Guid ParentModelId { get; init; }

    /// <summary>The parent's figures over all test images, by the new model's class indices; it misses every class it does not know.</summary>
    public required EvaluationMetrics ParentMetrics { get; init; }

    /// <summary>Accuracy on images of the classes the parent knows: of the parent.</summary>
    public double? OldClassesBefore { get; init; }

    /// <summary>The same images: of the new model.</summary>
    public double? OldClassesAfter { get; init; }

    /// <summary>Accuracy on images of the classes that are new; null when there are none.</summary>
    public double? NewClassesAfter { get; init; }

    /// <summary>Each old class that has test images.</summary>
    public required IReadOnlyList<ClassChange> OldClasses { get; init; }

    /// <summary>Mean of <see cref="ClassChange.Forgetting"/> over the old classes; null when none has test images.</summary>
    public double? AverageForgetting { get; init; }

    /// <summary>Share of old classes' test images that turned from right to wrong; null when there are none.</summary>
    public double? OldRightToWrongShare { get; init; }

    /// <summary>Images the parent had right and the new model has wrong.</summary>
    public required IReadOnlyList<long> BrokenImageIds { get; init; }

    /// <summary>Images the parent had wrong and the new model has right.</summary>
    public required IReadOnlyList<long> FixedImageIds { get; init; }
}
