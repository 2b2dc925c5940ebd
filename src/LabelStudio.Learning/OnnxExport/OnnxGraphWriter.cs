using System.Globalization;
using System.Text.Json;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;

namespace LabelStudio.Learning.OnnxExport;

/// <summary>
/// Writes networks as ONNX graphs from the weights that TorchSharp trains. Thread-safe; a file is replaced only once the
/// new one is whole.
/// </summary>
public static class OnnxGraphWriter
{
    /// <summary>Name of the input, float32 [N, 3, S, S].</summary>
    public const string ImageInput = BackboneGraph.ImageInput;

    /// <summary>Name of the backbone's output, float32 [N, D].</summary>
    public const string EmbeddingOutput = BackboneGraph.EmbeddingOutput;

    /// <summary>Name of a classifier's first output, float32 [N, C].</summary>
    public const string LogitsOutput = "logits";

    /// <summary>Name of a classifier's second output, float32 [N, C], each row with the sum 1.</summary>
    public const string ProbabilitiesOutput = "probabilities";

    /// <summary>Writes a backbone: image [N, 3, S, S] to embedding [N, D], for any N and any S that is a multiple of 32.</summary>
    /// <param name="backbone">Which network.</param>
    /// <param name="weights">Its tensors.</param>
    /// <param name="path">The ONNX file.</param>
    /// <exception cref="InvalidDataException">The weights do not belong to the backbone.</exception>
    public static void WriteBackbone(BackboneDescriptor backbone, WeightFile weights, string path)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        BackboneGraph.Write(backbone, weights, path);
    }

    /// <summary>Writes backbone and head: image [N, 3, S, S] to logits [N, C] and probabilities softmax(logits / temperature).</summary>
    /// <param name="backbone">Which network.</param>
    /// <param name="weights">The backbone's tensors; others are left out.</param>
    /// <param name="head">From the raw embedding to the logits.</param>
    /// <param name="classNames">Name of each class by its index; written into the metadata.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="sidePx">S, a multiple of 32.</param>
    /// <param name="path">The ONNX file.</param>
    /// <exception cref="InvalidDataException">The weights do not belong to the backbone.</exception>
    /// <exception cref="ArgumentException">Head, names, temperature or side do not fit.</exception>
    public static void WriteClassifier(
        BackboneDescriptor backbone, WeightFile weights, LinearHead head, IReadOnlyList<string> classNames, double temperature, int sidePx, string path)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        ArgumentOutOfRangeException.ThrowIfNotEqual(classNames.Count, head.Classes.Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(head.EmbeddingSize, backbone.EmbeddingSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(sidePx, BackboneDescriptor.SideMultiplePx);
        ArgumentOutOfRangeException.ThrowIfNotEqual(sidePx % BackboneDescriptor.SideMultiplePx, 0);
        var graph = new OnnxGraph(backbone.Name);
        var image = graph.Input(ImageInput, OnnxGraph.BatchDimension, ImagePreprocessing.Channels, sidePx, sidePx);
        var embedding = new BackboneGraph(graph, backbone, weights).AddAll(image, EmbeddingOutput);
        var classes = head.Classes.Count;
        graph.Node(
            "Gemm", LogitsOutput,
            [embedding, graph.Constant("classifier.weight", head.Weight, classes, head.EmbeddingSize), graph.Constant("classifier.bias", head.Bias, classes)],
            ("transB", 1)); // [N, C]
        var scaled = graph.Node("Div", "scaled", [LogitsOutput, graph.Constant("temperature", [(float)temperature])]);
        graph.Node("Softmax", ProbabilitiesOutput, [scaled], ("axis", 1));
        graph.Output(LogitsOutput, OnnxGraph.BatchDimension, classes);
        graph.Output(ProbabilitiesOutput, OnnxGraph.BatchDimension, classes);
        BackboneGraph.Describe(graph, backbone);
        graph.Describe("side_px", sidePx.ToString(CultureInfo.InvariantCulture));
        graph.Describe("temperature", temperature.ToString("R", CultureInfo.InvariantCulture));
        graph.Describe("class_names", JsonSerializer.Serialize(classNames));
        graph.Describe("class_ids", JsonSerializer.Serialize(head.Classes.ClassIds));
        graph.Write(path);
    }
}
