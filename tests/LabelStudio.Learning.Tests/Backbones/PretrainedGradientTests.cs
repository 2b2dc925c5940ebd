using LabelStudio.Learning.Backbones;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Tests.Backbones;

/// <summary>Every layer shape of the real network, as libtorch picks another kernel for each.</summary>
public sealed class PretrainedGradientTests
{
    [Fact]
    public void Forward_PretrainedNetwork_HasTheGradientsOfPlainModules()
    {
        var backbone = BackboneDescriptor.EfficientNetLite0;
        using var scope = NewDisposeScope();
        using var network = new EfficientNetLite(backbone, PretrainedWeights.Lite0);
        var trained = network.TrainFrom(0);
        using var generator = new Generator(3);
        var images = randn([3, 3, 160, 160], generator: generator);
        var reference = PlainNetwork.Forward(backbone, PretrainedWeights.Lite0, images, out var referenceWeights);

        network.forward(images).square().mean().backward();
        reference.square().mean().backward();

        foreach (var (mine, plain, index) in trained.Zip(referenceWeights).Select((pair, index) => (pair.First, pair.Second, index)))
        {
            var (a, b) = (mine.grad!.flatten(), plain.grad!.flatten());
            var likeness = (a.dot(b) / (a.norm() * b.norm())).item<float>();
            Assert.True(likeness > 0.999f, $"layer {index} of shape {string.Join('×', mine.shape)}: cosine {likeness}");
        }
    }
}
