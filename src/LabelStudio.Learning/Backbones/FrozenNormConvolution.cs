using LabelStudio.Learning.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Backbones;

/// <summary>
/// A convolution and the batch norm behind it as libtorch modules, so that both have timm's names, computed as one
/// convolution. The batch norm is frozen: scale, shift and statistics are constants.
/// </summary>
internal sealed class FrozenNormConvolution
{
    private readonly BackboneConvolution _layer;

    internal FrozenNormConvolution(BackboneConvolution layer, WeightFile weights)
    {
        _layer = layer;
        Convolution = nn.Conv2d(layer.ChannelsIn, layer.ChannelsOut, layer.KernelPx, layer.Stride, groups: layer.Groups, bias: false);
        Norm = nn.BatchNorm2d(layer.ChannelsOut, eps: BackboneDescriptor.NormEpsilon);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, target) in Tensors())
        {
            target.copy_(tensor(weights.Tensors[name].Values, target.shape));
        }
        foreach (var parameter in Norm.parameters())
        {
            parameter.requires_grad = false;
        }
    }

    internal Conv2d Convolution { get; }

    internal BatchNorm2d Norm { get; }

    /// <summary>Each tensor by its full name. Owned by the two modules.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Tensors() =>
    [
        ($"{_layer.Name}.weight", Convolution.weight!),
        ($"{_layer.NormName}.weight", Norm.weight!),
        ($"{_layer.NormName}.bias", Norm.bias!),
        ($"{_layer.NormName}.running_mean", Norm.running_mean!),
        ($"{_layer.NormName}.running_var", Norm.running_var!),
    ];

    /// <summary>
    /// Computed in the input's type, float32 or bfloat16; the weight and its gradient stay float32. Temporaries stay in the
    /// caller's dispose scope; the result is in channels-last layout where the input is.
    /// </summary>
    internal Tensor Forward(Tensor input) // [N, in, H, W] -> [N, out, H / stride, W / stride]
    {
        var scale = Norm.weight! * Norm.running_var!.clone().PlusInPlace(BackboneDescriptor.NormEpsilon).rsqrt(); // [out]
        var shift = Norm.bias!.Plus(Norm.running_mean! * scale, -1); // [out]
        var weight = Convolution.weight! * scale.view(-1, 1, 1, 1);
        var (kernel, offset) = (weight.to(input.dtype), shift.to(input.dtype));
        var output = _layer.KernelPx == 1 ? Pointwise(input, kernel, offset) : Spatial(input, kernel, offset);
        return _layer.HasActivation ? nn.functional.relu6(output, inplace: true) : output;
    }

    // A product over channels and not a convolution: libtorch 2.10's channels-last 1 × 1 convolution gave wrong numbers for
    // some channel counts (40, 80, 112, 320) on a processor with AVX-512, and the product is as fast.
    private static Tensor Pointwise(Tensor input, Tensor weight, Tensor shift) =>
        nn.functional.linear(input.permute(0, 2, 3, 1), weight.flatten(1), shift).permute(0, 3, 1, 2);

    private Tensor Spatial(Tensor input, Tensor weight, Tensor shift)
    {
        var symmetric = _layer.PadBefore == _layer.PadAfter;
        var padded = symmetric
            ? input
            : nn.functional.pad(input, [_layer.PadBefore, _layer.PadAfter, _layer.PadBefore, _layer.PadAfter]);
        long[] padding = symmetric ? [_layer.PadBefore, _layer.PadBefore] : [0, 0];
        return nn.functional.conv2d(padded, weight, shift, strides: [_layer.Stride, _layer.Stride], padding: padding, groups: _layer.Groups);
    }
}
