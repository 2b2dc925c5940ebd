namespace LabelStudio.Learning.Backbones;

/// <summary>One block of a backbone with everything that follows from the stage table.</summary>
/// <param name="Name">As timm names it: <c>blocks.STAGE.BLOCK</c>.</param>
/// <param name="Stage">Index of its stage.</param>
/// <param name="ChannelsIn">Channels of its input.</param>
/// <param name="ChannelsInside">Channels between its convolutions; equal to <paramref name="ChannelsIn"/> without expansion.</param>
/// <param name="ChannelsOut">Channels of its output.</param>
/// <param name="KernelPx">Side of the depthwise kernel.</param>
/// <param name="Stride">Stride of the depthwise convolution.</param>
/// <param name="Expands">True for an inverted residual block, false for a depthwise separable one.</param>
internal sealed record BackboneBlock(
    string Name, int Stage, int ChannelsIn, int ChannelsInside, int ChannelsOut, int KernelPx, int Stride, bool Expands)
{
    /// <summary>The input is added to the output.</summary>
    internal bool AddsInput => Stride == 1 && ChannelsIn == ChannelsOut;

    /// <summary>Its convolutions with their batch norms, in order, as timm names them.</summary>
    internal IReadOnlyList<BackboneConvolution> Convolutions => Expands
        ?
        [
            new($"{Name}.conv_pw", $"{Name}.bn1", ChannelsIn, ChannelsInside, 1, 1, 1, HasActivation: true),
            new($"{Name}.conv_dw", $"{Name}.bn2", ChannelsInside, ChannelsInside, KernelPx, Stride, ChannelsInside, HasActivation: true),
            new($"{Name}.conv_pwl", $"{Name}.bn3", ChannelsInside, ChannelsOut, 1, 1, 1, HasActivation: false),
        ]
        :
        [
            new($"{Name}.conv_dw", $"{Name}.bn1", ChannelsIn, ChannelsIn, KernelPx, Stride, ChannelsIn, HasActivation: true),
            new($"{Name}.conv_pw", $"{Name}.bn2", ChannelsIn, ChannelsOut, 1, 1, 1, HasActivation: false),
        ];
}
