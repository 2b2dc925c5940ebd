using LabelStudio.Learning.Native;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Backbones;

/// <summary>A block of <see cref="EfficientNetLite"/>: features float32 [N, in, H, W] to [N, out, H / stride, W / stride].</summary>
internal sealed class EfficientNetLiteBlock : nn.Module<Tensor, Tensor>
{
    private readonly bool _addsInput;

    internal EfficientNetLiteBlock(BackboneBlock block, WeightFile weights)
        : base(block.Name)
    {
        _addsInput = block.AddsInput;
        Layers = [.. block.Convolutions.Select(layer => new FrozenNormConvolution(layer, weights))];
        foreach (var (layer, modules) in block.Convolutions.Zip(Layers))
        {
            register_module(layer.Name[(block.Name.Length + 1)..], modules.Convolution);
            register_module(layer.NormName[(block.Name.Length + 1)..], modules.Norm);
        }
    }

    internal IReadOnlyList<FrozenNormConvolution> Layers { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = Layers.Aggregate(input, (features, layer) => layer.Forward(features));
        return (_addsInput ? output.Plus(input) : output).MoveToOuterDisposeScope();
    }
}
