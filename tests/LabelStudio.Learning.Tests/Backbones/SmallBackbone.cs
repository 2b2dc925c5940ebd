using LabelStudio.Learning.Backbones;

namespace LabelStudio.Learning.Tests.Backbones;

/// <summary>A network of three stages that trains in milliseconds.</summary>
internal static class SmallBackbone
{
    internal static BackboneDescriptor Descriptor { get; } = BackboneDescriptor.EfficientNetLite0 with
    {
        Name = "small",
        StemChannels = 8,
        EmbeddingSize = 32,
        Stages = [new(3, 1, 1, 16, 1), new(5, 2, 6, 24, 2), new(3, 2, 2, 40, 1)],
    };
}
