using LabelStudio.Learning.Backbones;

namespace LabelStudio.Learning.Tests.Embeddings;

/// <summary>Feature extractors of a few nodes: the mean of each channel's quarter of the picture, right or spoilt in one way.</summary>
internal static class SmallExtractors
{
    public const int SidePx = 32;
    public const int EmbeddingSize = 12;

    public static ExtractorDescriptor Descriptor { get; } = new()
    {
        Name = "Means of quarters",
        InputName = "pixels",
        SidePx = SidePx,
        Mean = [0.485f, 0.456f, 0.406f],
        StandardDeviation = [0.229f, 0.224f, 0.225f],
        OutputName = "logits",
        Licence = "MIT",
    };

    /// <summary>Writes one whose pictures and results are called as those of the program's own graphs are.</summary>
    public static string WriteIn(string folder, ExtractorDescriptor? descriptor = null)
    {
        Directory.CreateDirectory(folder);
        Write(Path.Combine(folder, ExtractorFolder.OnnxFile), (descriptor ?? Descriptor).InputName);
        File.WriteAllText(Path.Combine(folder, ExtractorFolder.DescriptorFile), (descriptor ?? Descriptor).ToJson());
        return folder;
    }

    /// <param name="path">The file.</param>
    /// <param name="input">Name of its input.</param>
    /// <param name="batch">A number: it takes only so many pictures.</param>
    /// <param name="spoil">Adds nodes after the embedding [N, 12] and gives the name of the last one's result.</param>
    /// <param name="outputs">Dimensions that the output is declared with.</param>
    public static void Write(string path, string input = "pixels", object? batch = null, Func<OnnxGraph, string, string>? spoil = null, object[]? outputs = null)
    {
        var graph = new OnnxGraph("small");
        graph.Input(input, batch ?? "any", 3, SidePx, SidePx);
        var pooled = graph.Node("AveragePool", "pooled", [input], ("kernel_shape", new long[] { SidePx / 2, SidePx / 2 }), ("strides", new long[] { SidePx / 2, SidePx / 2 }));
        var flat = graph.Node("Flatten", "flat", [pooled], ("axis", 1));
        var last = spoil?.Invoke(graph, flat) ?? flat;
        graph.Node("Identity", "logits", [last]);
        graph.Output("logits", outputs ?? ["any", EmbeddingSize]);
        graph.Write(path);
    }
}
