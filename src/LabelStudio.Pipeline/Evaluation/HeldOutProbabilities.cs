namespace LabelStudio.Pipeline.Evaluation;

/// <summary>All that a model said about its test or validation images: what curves and thresholds are made of.</summary>
/// <param name="Targets">Class index of each image, [N], of test images in the order of the test predictions.</param>
/// <param name="Values">Probabilities, float32 [N, classes].</param>
/// <param name="Classes">Number of classes.</param>
public sealed record HeldOutProbabilities(int[] Targets, float[] Values, int Classes);
