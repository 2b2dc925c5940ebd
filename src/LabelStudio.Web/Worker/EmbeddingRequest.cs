using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Web.Worker;

/// <summary>Asks for the stored embeddings of some of a run's images under one key.</summary>
public sealed record EmbeddingRequest(string BackboneHash, int SidePx, int PreprocessingVersion, IReadOnlyCollection<long> ImageIds)
{
    public static EmbeddingRequest Of(EmbeddingKey key, IReadOnlyCollection<long> imageIds) =>
        new(key.BackboneHash, key.SidePx, key.PreprocessingVersion, imageIds);

    public EmbeddingKey ToKey() => new(BackboneHash, SidePx, PreprocessingVersion);
}
