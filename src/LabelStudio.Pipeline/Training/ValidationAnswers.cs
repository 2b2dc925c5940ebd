namespace LabelStudio.Pipeline.Training;

/// <summary>What the new model says about the frozen validation images: what is chosen after the training is chosen on these.</summary>
/// <param name="Targets">Class index of each image, [N].</param>
/// <param name="Probabilities">float32 [N, classes].</param>
public sealed record ValidationAnswers(int[] Targets, float[] Probabilities);
