namespace LabelStudio.Learning.Evaluation;

/// <summary>What a model achieves when it answers "unknown" below a confidence.</summary>
/// <param name="Threshold">Least confidence to answer, 0 to 1.</param>
/// <param name="Answered">Images answered.</param>
/// <param name="Right">Images answered right.</param>
/// <param name="Coverage">Share of images answered, 0 to 1.</param>
/// <param name="Accuracy">Share of the answered images that are right; null when none is answered.</param>
public sealed record ThresholdRow(double Threshold, int Answered, int Right, double Coverage, double? Accuracy);
