using LabelStudio.Learning.Backbones;

namespace LabelStudio.Pipeline.Tests.Hosting;

/// <summary>The program's backbone, and a small one with random weights as whoever adds a second one would: a descriptor and a folder.</summary>
internal static class SecondBackbone
{
    public static BackboneDescriptor Descriptor { get; } = BackboneDescriptor.EfficientNetLite0 with
    {
        Name = "small-lite",
        Title = "Small-Lite",
        TimmName = "small_lite",
        DefaultSidePx = 64,
        StemChannels = 8,
        EmbeddingSize = 48,
        Stages = [new(3, 1, 1, 8, 1), new(3, 2, 2, 12, 1), new(5, 2, 2, 16, 1), new(3, 2, 2, 24, 2), new(3, 2, 2, 32, 1)],
    };

    /// <param name="folder">Where its weights are put.</param>
    public static BackboneRegistry RegistryIn(string folder)
    {
        var registry = new BackboneRegistry(folder, [.. BackboneRegistry.Shipped, Descriptor]);
        Directory.CreateDirectory(Path.GetDirectoryName(registry.WeightsPath(Descriptor))!);
        WeightFile.Write(registry.WeightsPath(Descriptor), RandomWeights.Of(Descriptor).Tensors);
        File.WriteAllText(registry.LicencePath(Descriptor), "May be used by tests.\n");
        return registry;
    }
}
