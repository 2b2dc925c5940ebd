using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>
/// A model against the one before, on the same frozen test images: its parent, or for one trained from the pretrained weights
/// the model that was promoted when its run ended.
/// </summary>
public sealed record ParentComparison
{
    public required Guid ParentModelId { get; init; }

    /// <summary>The model was trained from it; false: it was the promoted one.</summary>
    public bool IsParent { get; init; } = true;

    /// <summary>The other model's figures over all test images, by the new model's class indices, those only it knows behind; it misses every class it does not know.</summary>
    public required EvaluationMetrics ParentMetrics { get; init; }

    /// <summary>Accuracy on images of the classes the other model knows: of that model.</summary>
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

    /// <summary>Images the other model had right and the new model has wrong.</summary>
    public required IReadOnlyList<long> BrokenImageIds { get; init; }

    /// <summary>Images the other model had wrong and the new model has right.</summary>
    public required IReadOnlyList<long> FixedImageIds { get; init; }
}
