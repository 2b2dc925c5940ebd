using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.OnnxExport;

namespace LabelStudio.Tests;

/// <summary>A small network of drawn weights as somebody's own feature extractor.</summary>
internal static class TestExtractors
{
    public const int EmbeddingSize = 24;

    public static ExtractorDescriptor Descriptor { get; } = new()
    {
        Name = "Small net",
        InputName = OnnxGraphWriter.ImageInput,
        SidePx = 32,
        Mean = [0.485f, 0.456f, 0.406f],
        StandardDeviation = [0.229f, 0.224f, 0.225f],
        OutputName = OnnxGraphWriter.EmbeddingOutput,
        Licence = "MIT",
    };

    /// <summary>The network's file from its beginning.</summary>
    public static MemoryStream Network()
    {
        var backbone = new BackboneDescriptor
        {
            Name = "small",
            Title = "Small",
            TimmName = "small",
            DefaultSidePx = 32,
            EmbeddingSize = EmbeddingSize,
            StemChannels = 4,
            Stages = [new BackboneStage(3, 2, 2, 8, 1)],
            Licence = "MIT",
            Origin = "drawn",
        };
        var random = new Random(1);
        var weights = backbone.TensorShapes().ToDictionary(
            pair => pair.Key,
            pair => new WeightTensor(pair.Value, [.. Enumerable.Range(0, (int)pair.Value.Aggregate(1L, (product, side) => product * side)).Select(_ => Draw(pair.Key, random))]));
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            OnnxGraphWriter.WriteBackbone(backbone, WeightFile.Of(weights), path);
            return new MemoryStream(File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>As it lies on a disk.</summary>
    public static string WriteIn(string folder)
    {
        Directory.CreateDirectory(folder);
        using var network = Network();
        File.WriteAllBytes(Path.Combine(folder, ExtractorFolder.OnnxFile), network.ToArray());
        File.WriteAllText(Path.Combine(folder, ExtractorFolder.DescriptorFile), Descriptor.ToJson());
        return folder;
    }

    private static float Draw(string tensor, Random random) => tensor.EndsWith("running_var", StringComparison.Ordinal) || tensor.StartsWith("bn", StringComparison.Ordinal) && tensor.EndsWith(".weight", StringComparison.Ordinal)
        ? 1
        : (float)(random.NextDouble() - 0.3);
}
