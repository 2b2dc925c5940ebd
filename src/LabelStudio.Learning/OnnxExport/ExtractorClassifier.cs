using System.Globalization;
using System.Text.Json;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using Onnx;

namespace LabelStudio.Learning.OnnxExport;

/// <summary>
/// Puts a head behind somebody's own feature extractor, and the program's preparation of pictures before it: one ONNX graph
/// that is fed and read like every model's. Thread-safe.
/// </summary>
public static class ExtractorClassifier
{
    // Nothing of the extractor can be called as something of ours.
    private const string Prefix = "extractor/";

    /// <summary>The lowest format in which a constant need not be declared as an input too.</summary>
    private const int LowestIrVersion = 4;

    /// <summary>Writes the graph: image [N, 3, S, S], values from -1 to 1, to logits [N, C] and probabilities softmax(logits / temperature).</summary>
    /// <param name="extractorFolder">As <see cref="ExtractorFolder"/> describes it.</param>
    /// <param name="head">From the embedding to the logits.</param>
    /// <param name="classNames">Name of each class by its index.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="path">The ONNX file.</param>
    public static void Write(string extractorFolder, LinearHead head, IReadOnlyList<string> classNames, double temperature, string path)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        ArgumentOutOfRangeException.ThrowIfNotEqual(classNames.Count, head.Classes.Count);
        var descriptor = ExtractorFolder.Read(extractorFolder);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(extractorFolder, ExtractorFolder.OnnxFile)));
        Rename(model.Graph);
        var graph = new OnnxGraph(model.Graph);
        graph.Begin(() => Prepare(graph, descriptor));
        Classify(graph, descriptor, head, temperature);
        graph.Describe("backbone", descriptor.Name);
        graph.Describe("backbone_licence", descriptor.Licence);
        graph.Describe("preprocessing_version", ImagePreprocessing.Version.ToString(CultureInfo.InvariantCulture));
        graph.Describe("preprocessing", PreprocessingFacts.Text);
        graph.Describe("side_px", descriptor.SidePx.ToString(CultureInfo.InvariantCulture));
        graph.Describe("temperature", temperature.ToString("R", CultureInfo.InvariantCulture));
        graph.Describe("class_names", JsonSerializer.Serialize(classNames));
        graph.Describe("class_ids", JsonSerializer.Serialize(head.Classes.ClassIds));
        model.IrVersion = Math.Max(model.IrVersion, LowestIrVersion);
        graph.Write(path, model);
    }

    private static void Prepare(OnnxGraph graph, ExtractorDescriptor descriptor)
    {
        var channels = Enumerable.Range(0, ImagePreprocessing.Channels).Select(descriptor.FromProgramsPicture).ToArray();
        var image = graph.Input(OnnxGraphWriter.ImageInput, OnnxGraph.BatchDimension, ImagePreprocessing.Channels, descriptor.SidePx, descriptor.SidePx);
        var scaled = graph.Node("Mul", "prepared.scaled", [image, graph.Constant("prepared.factor", [.. channels.Select(item => item.Factor)], 1, ImagePreprocessing.Channels, 1, 1)]);
        graph.Node("Add", Prefix + descriptor.InputName, [scaled, graph.Constant("prepared.offset", [.. channels.Select(item => item.Offset)], 1, ImagePreprocessing.Channels, 1, 1)]);
    }

    private static void Classify(OnnxGraph graph, ExtractorDescriptor descriptor, LinearHead head, double temperature)
    {
        var classes = head.Classes.Count;
        graph.Node(
            "Gemm", OnnxGraphWriter.LogitsOutput,
            [Prefix + descriptor.OutputName, graph.Constant("classifier.weight", head.Weight, classes, head.EmbeddingSize), graph.Constant("classifier.bias", head.Bias, classes)],
            ("transB", 1)); // [N, C]
        var scaled = graph.Node("Div", "scaled", [OnnxGraphWriter.LogitsOutput, graph.Constant("temperature", [(float)temperature])]);
        graph.Node("Softmax", OnnxGraphWriter.ProbabilitiesOutput, [scaled], ("axis", 1));
        graph.Output(OnnxGraphWriter.LogitsOutput, OnnxGraph.BatchDimension, classes);
        graph.Output(OnnxGraphWriter.ProbabilitiesOutput, OnnxGraph.BatchDimension, classes);
    }

    /// <summary>Renames every value, in the graphs within its nodes too, and leaves the extractor without inputs and outputs of its own.</summary>
    private static void Rename(GraphProto graph)
    {
        RenameValues(graph);
        graph.Input.Clear();
        graph.Output.Clear();
    }

    private static void RenameValues(GraphProto graph)
    {
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
        {
            value.Name = Prefix + value.Name;
        }
        foreach (var tensor in graph.Initializer.Concat(graph.SparseInitializer.Select(sparse => sparse.Values)))
        {
            tensor.Name = Prefix + tensor.Name;
        }
        graph.QuantizationAnnotation.Clear();
        foreach (var node in graph.Node)
        {
            node.Name = Prefix + node.Name;
            RenameAll(node.Input);
            RenameAll(node.Output);
            foreach (var inner in node.Attribute.SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Append(attribute.G)))
            {
                RenameValues(inner);
            }
        }
    }

    /// <summary>An empty name is an input or output that is left out.</summary>
    private static void RenameAll(Google.Protobuf.Collections.RepeatedField<string> names)
    {
        for (var index = 0; index < names.Count; index++)
        {
            names[index] = names[index].Length == 0 ? "" : Prefix + names[index];
        }
    }
}
