using LabelStudio.Learning.Backbones;

namespace LabelStudio.Pipeline.Features;

/// <summary>Somebody's own frozen feature extractor that was taken in.</summary>
/// <param name="EmbeddingSize">Numbers of an embedding.</param>
/// <param name="AddedBy">Who took it in.</param>
public sealed record FeatureExtractor(Guid Id, ExtractorDescriptor Descriptor, int EmbeddingSize, Guid AddedBy, DateTime AddedUtc);
