namespace LabelStudio.Learning.Backbones;

/// <summary>A convolution without bias, the batch norm behind it and perhaps ReLU6: the only kind of layer here.</summary>
/// <param name="Name">Full name of the convolution, without <c>.weight</c>.</param>
/// <param name="NormName">Full name of the batch norm.</param>
/// <param name="ChannelsIn">Channels of the input.</param>
/// <param name="ChannelsOut">Channels of the output.</param>
/// <param name="KernelPx">Side of the kernel.</param>
/// <param name="Stride">1 or 2.</param>
/// <param name="Groups">1, or the number of channels for a depthwise convolution.</param>
/// <param name="HasActivation">ReLU6 follows.</param>
internal sealed record BackboneConvolution(
    string Name, string NormName, int ChannelsIn, int ChannelsOut, int KernelPx, int Stride, int Groups, bool HasActivation)
{
    /// <summary>
    /// Rows above and columns to the left that TensorFlow's SAME padding adds. With stride 2 and an even input, which a side
    /// that is a multiple of 32 guarantees, the bottom and the right get one more.
    /// </summary>
    internal int PadBefore => (KernelPx - Stride) / 2;

    /// <summary>Rows below and columns to the right.</summary>
    internal int PadAfter => KernelPx - Stride - PadBefore;

    /// <summary>[out, in / groups, kernel, kernel]</summary>
    internal long[] WeightShape => [ChannelsOut, ChannelsIn / Groups, KernelPx, KernelPx];

    /// <summary>The batch norm's tensors by the last part of their names; each has one number a channel.</summary>
    internal static IReadOnlyList<string> NormTensors { get; } = ["weight", "bias", "running_mean", "running_var"];
}
