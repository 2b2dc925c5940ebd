namespace LabelStudio.Pipeline.Serving;

/// <summary>What a model thinks an image shows.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Scores">The most probable classes, best first.</param>
/// <param name="Source">Who says so: "live head" or "Model 3".</param>
public sealed record Suggestion(long ImageId, IReadOnlyList<ClassScore> Scores, string Source);
