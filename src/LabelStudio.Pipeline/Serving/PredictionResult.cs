namespace LabelStudio.Pipeline.Serving;

/// <summary>A model's answer.</summary>
/// <param name="ModelVersionId">The model that answered.</param>
/// <param name="Number">Its number in the project.</param>
/// <param name="Classes">The most probable classes, best first; where images may show several, each with its own probability.</param>
/// <param name="Threshold">How probable the best class must be to be the answer, 0 to 1; where images may show several, how probable each class without a threshold of its own.</param>
public sealed record PredictionResult(Guid ModelVersionId, int Number, IReadOnlyList<ClassProbability> Classes, double Threshold)
{
    /// <summary>All that is said of a picture that may show several classes; null: the model answers with one class each.</summary>
    public PredictedSet? Set { get; init; }

    /// <summary>The best class is not probable enough to be the answer; of several classes none is, while "no class" is not the answer.</summary>
    public bool IsUnknown => Set is { } set ? set.IsUnknown : Classes.Count == 0 || Classes[0].Probability < Threshold;

    /// <summary>The same held against one threshold for all classes.</summary>
    public PredictionResult At(double threshold) => this with
    {
        Threshold = threshold,
        Set = Set is null ? null : Set with { Thresholds = new(threshold, Set.Marginals.ToDictionary(item => item.ClassId, _ => threshold)) },
    };
}
