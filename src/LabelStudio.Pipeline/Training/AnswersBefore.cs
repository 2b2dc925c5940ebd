namespace LabelStudio.Pipeline.Training;

/// <summary>What the model before says about the same test images: the parent, or the one promoted when a run from the pretrained weights ended.</summary>
/// <param name="ClassIds">Its classes in index order.</param>
/// <param name="Probabilities">float32 [N, its classes].</param>
public sealed record AnswersBefore(Guid ModelId, IReadOnlyList<Guid> ClassIds, float[] Probabilities);
