namespace LabelStudio.Pipeline.Training;

/// <summary>What the new model and the one before say about the frozen test images.</summary>
/// <param name="ImageIds">The images, [N].</param>
/// <param name="Targets">Class index of each image in the new model, [N].</param>
/// <param name="Probabilities">The new model's, float32 [N, classes].</param>
/// <param name="Before">The model before on the same images; null: there is none, or it could not be asked.</param>
public sealed record TestAnswers(long[] ImageIds, int[] Targets, float[] Probabilities, AnswersBefore? Before);
