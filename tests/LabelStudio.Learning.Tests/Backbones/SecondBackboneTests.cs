using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Tests.Backbones;

/// <summary>Another member of the family costs one descriptor and one file of weights.</summary>
public sealed class SecondBackboneTests
{
    /// <summary>EfficientNet-Lite1: the same widths, 1.1 times deeper, its first and last stage as they were.</summary>
    private static readonly BackboneDescriptor Lite1 = BackboneDescriptor.EfficientNetLite0 with
    {
        Name = "efficientnet-lite1",
        DefaultSidePx = 240,
        Stages =
        [
            .. BackboneDescriptor.EfficientNetLite0.Stages.Zip([1, 3, 3, 4, 4, 5, 1], (stage, blocks) => stage with { Blocks = blocks }),
        ],
    };

    [Fact]
    public void Lite1_RandomWeights_RunsOnBothEnginesAlike()
    {
        const int sidePx = 64, count = 3;
        using var folder = new TemporaryFolder();
        var weights = RandomWeights.Of(Lite1);
        var path = folder.File("lite1.safetensors");
        WeightFile.Write(path, weights.Tensors);
        var random = new Random(7);
        float[] images = [.. Enumerable.Range(0, count * 3 * sidePx * sidePx).Select(_ => random.NextSingle() * 2 - 1)];

        using var embedder = OnnxEmbedder.Open(Lite1, path, folder.Path, sidePx, threads: 2);
        var byOnnx = new float[count * Lite1.EmbeddingSize];
        embedder.Embed(images, count, byOnnx);

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new EfficientNetLite(Lite1, WeightFile.Read(path));
        var byTorch = network.forward(tensor(images, [count, 3, sidePx, sidePx])).data<float>().ToArray();
        var largest = byTorch.Max();
        Assert.True(largest > 0.01, "An embedding of zeros would prove nothing.");
        for (var i = 0; i < byTorch.Length; i++)
        {
            Assert.Equal(byTorch[i], byOnnx[i], 1e-4f * largest);
        }
    }

    [Fact]
    public void TensorShapes_OfLite1_AreTimms()
    {
        var shapes = Lite1.TensorShapes();

        // timm's tf_efficientnet_lite1 has 5,416,680 parameters, 1,281,000 of them in the classifier; running statistics are
        // buffers there and count here.
        var parameters = shapes.Where(pair => !pair.Key.Contains("running", StringComparison.Ordinal)).Sum(pair => pair.Value.Aggregate(1L, (a, b) => a * b));
        Assert.Equal(5_416_680 - 1_281_000, parameters);
        Assert.Equal([192, 1152, 1, 1], shapes["blocks.5.4.conv_pwl.weight"]);
    }

    [Fact]
    public void EfficientNetLite_WeightsOfAnotherBackbone_AreRefusedByName()
    {
        var refused = Assert.Throws<InvalidDataException>(() => new EfficientNetLite(Lite1, PretrainedWeights.Lite0));

        Assert.Contains("efficientnet-lite1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("blocks.1.2", refused.Message, StringComparison.Ordinal);
    }
}
