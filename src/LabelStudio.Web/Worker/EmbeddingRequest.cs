using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Web.Worker;

/// <summary>Asks for the stored embeddings of a run's images under one key.</summary>
public sealed record EmbeddingRequest(string BackboneHash, int SidePx, int PreprocessingVersion)
{
    public static EmbeddingRequest Of(EmbeddingKey key) => new(key.BackboneHash, key.SidePx, key.PreprocessingVersion);

    public EmbeddingKey ToKey() => new(BackboneHash, SidePx, PreprocessingVersion);
}
