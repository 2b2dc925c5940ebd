namespace LabelStudio.Pipeline.Training;

/// <summary>What the new model and its parent say about the frozen test images.</summary>
/// <param name="ImageIds">The images, [N].</param>
/// <param name="Targets">Class index of each image in the new model, [N].</param>
/// <param name="Probabilities">The new model's, float32 [N, classes].</param>
/// <param name="ParentProbabilities">The parent's on the same images, float32 [N, parent classes]; null without parent.</param>
public sealed record TestAnswers(long[] ImageIds, int[] Targets, float[] Probabilities, float[]? ParentProbabilities);
