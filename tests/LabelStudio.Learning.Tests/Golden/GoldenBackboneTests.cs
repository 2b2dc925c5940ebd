using LabelStudio.Learning.Backbones;
using TorchSharp;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Tests.Golden;

public sealed class GoldenBackboneTests
{
    [Theory]
    [InlineData(128)]
    [InlineData(224)]
    public void EfficientNetLite_GoldenInput_GivesPyTorchsEmbedding(int sidePx)
    {
        var golden = GoldenVectors.Of(sidePx);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new EfficientNetLite(BackboneDescriptor.EfficientNetLite0, PretrainedWeights.Lite0);
        network.to(TestDevice.Chosen.Torch);

        var embedding = network.forward(tensor(golden.Input(), [GoldenVectors.Count, 3, sidePx, sidePx]).to(TestDevice.Chosen.Torch));

        golden.AssertMatches(embedding.cpu().data<float>().ToArray());
    }
}
