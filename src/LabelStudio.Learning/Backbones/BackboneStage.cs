namespace LabelStudio.Learning.Backbones;

/// <summary>A row of a backbone's stage table.</summary>
/// <param name="KernelPx">Side of the depthwise kernel, 3 or 5.</param>
/// <param name="Stride">Stride of its first block, 1 or 2; later blocks have 1.</param>
/// <param name="Expansion">How many times wider a block is inside; 1: a depthwise separable block without expansion.</param>
/// <param name="Channels">Channels of its output.</param>
/// <param name="Blocks">Number of blocks.</param>
public sealed record BackboneStage(int KernelPx, int Stride, int Expansion, int Channels, int Blocks);
