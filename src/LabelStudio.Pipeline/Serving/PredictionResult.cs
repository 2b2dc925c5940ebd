namespace LabelStudio.Pipeline.Serving;

/// <summary>A model's answer.</summary>
/// <param name="ModelVersionId">The model that answered.</param>
/// <param name="Number">Its number in the project.</param>
/// <param name="Classes">The most probable classes, best first.</param>
public sealed record PredictionResult(Guid ModelVersionId, int Number, IReadOnlyList<ClassProbability> Classes);
