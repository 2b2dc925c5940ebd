using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Learning.Tests.Golden;

public sealed class GoldenEmbedderTests
{
    [Theory]
    [InlineData(128)]
    [InlineData(224)]
    public void OnnxEmbedder_GoldenInput_GivesPyTorchsEmbedding(int sidePx)
    {
        var golden = GoldenVectors.Of(sidePx);
        using var folder = new TemporaryFolder();
        using var embedder = OnnxEmbedder.Open(BackboneDescriptor.EfficientNetLite0, PretrainedWeights.ModelPath, folder.Path, sidePx, threads: 1);
        var embeddings = new float[GoldenVectors.Count * embedder.EmbeddingSize];

        embedder.Embed(golden.Input(), GoldenVectors.Count, embeddings);

        golden.AssertMatches(embeddings);
    }
}
