namespace LabelStudio.Pipeline.Features;

/// <param name="Similarity">Cosine of the angle between the embeddings: 1 is the same.</param>
public sealed record SimilarImage(long ImageId, double Similarity);
