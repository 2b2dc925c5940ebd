using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Native;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Tests.Backbones;

/// <summary>The same network spelled out in libtorch's default layout with a separate batch norm: slow and plain.</summary>
internal static class PlainNetwork
{
    /// <summary>Gives the embedding and the convolutions' weights, which collect gradients, in order.</summary>
    internal static Tensor Forward(BackboneDescriptor backbone, WeightFile weights, Tensor images, out List<Tensor> convolutionWeights)
    {
        var collected = new List<Tensor>();
        Tensor Constant(string name) => tensor(weights.Tensors[name].Values, weights.Tensors[name].Shape);
        Tensor Layer(Tensor input, BackboneConvolution layer)
        {
            var weight = Constant($"{layer.Name}.weight").requires_grad_(true);
            collected.Add(weight);
            var padded = nn.functional.pad(input, [layer.PadBefore, layer.PadAfter, layer.PadBefore, layer.PadAfter]);
            var output = nn.functional.conv2d(padded, weight, strides: [layer.Stride, layer.Stride], groups: layer.Groups);
            var norm = layer.NormName;
            var normal = nn.functional.batch_norm(
                output, Constant($"{norm}.running_mean"), Constant($"{norm}.running_var"), Constant($"{norm}.weight"), Constant($"{norm}.bias"),
                training: false, eps: BackboneDescriptor.NormEpsilon);
            return layer.HasActivation ? nn.functional.relu6(normal) : normal;
        }

        var features = Layer(images, backbone.Stem);
        foreach (var block in backbone.Blocks)
        {
            var output = block.Convolutions.Aggregate(features, Layer);
            features = block.AddsInput ? output.Plus(features) : output;
        }
        var embedding = Layer(features, backbone.HeadConvolution).mean([2, 3]);
        convolutionWeights = collected;
        return embedding;
    }
}
