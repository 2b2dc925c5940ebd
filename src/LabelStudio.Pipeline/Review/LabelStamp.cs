namespace LabelStudio.Pipeline.Review;

/// <summary>Where labels and embeddings stood: the last annotation of the project and the number of all embeddings.</summary>
internal readonly record struct LabelStamp(long LastAnnotationId, int Embedded);
