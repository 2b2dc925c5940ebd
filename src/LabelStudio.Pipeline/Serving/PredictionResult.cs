namespace LabelStudio.Pipeline.Serving;

/// <summary>A model's answer.</summary>
/// <param name="ModelVersionId">The model that answered.</param>
/// <param name="Number">Its number in the project.</param>
/// <param name="Classes">The most probable classes, best first.</param>
/// <param name="Threshold">How probable the best class must be to be the answer, 0 to 1.</param>
public sealed record PredictionResult(Guid ModelVersionId, int Number, IReadOnlyList<ClassProbability> Classes, double Threshold)
{
    /// <summary>The best class is not probable enough to be the answer.</summary>
    public bool IsUnknown => Classes.Count == 0 || Classes[0].Probability < Threshold;
}
