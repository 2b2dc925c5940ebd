using System.Globalization;
using LabelStudio.Learning.Imaging;

namespace LabelStudio.Learning.Backbones;

/// <summary>
/// Writes a backbone's layers into an ONNX graph: the same network as <see cref="EfficientNetLite"/>, for ONNX Runtime. Batch
/// norm is folded into the convolutions, TensorFlow's SAME padding is explicit.
/// </summary>
internal sealed class BackboneGraph
{
    internal const string ImageInput = "image", EmbeddingOutput = "embedding", FeatureOutput = "features";

    private readonly OnnxGraph _graph;
    private readonly BackboneDescriptor _backbone;
    private readonly WeightFile _weights;
    private readonly string[] _reluBounds;

    /// <summary>Checks the weights and declares what all layers share.</summary>
    /// <exception cref="InvalidDataException">The weights do not belong to the backbone.</exception>
    internal BackboneGraph(OnnxGraph graph, BackboneDescriptor backbone, WeightFile weights)
    {
        backbone.Validate(weights);
        _graph = graph;
        _backbone = backbone;
        _weights = weights;
        _reluBounds = [graph.Constant("relu6.min", [0f]), graph.Constant("relu6.max", [6f])];
    }

    /// <summary>Writes a file from image [N, 3, S, S] to embedding [N, D], for any N and any S that is a multiple of 32.</summary>
    internal static void Write(BackboneDescriptor backbone, WeightFile weights, string path)
    {
        var graph = new OnnxGraph(backbone.Name);
        var image = graph.Input(ImageInput, OnnxGraph.BatchDimension, ImagePreprocessing.Channels, "height", "width");
        new BackboneGraph(graph, backbone, weights).AddAll(image, EmbeddingOutput);
        graph.Output(EmbeddingOutput, OnnxGraph.BatchDimension, backbone.EmbeddingSize);
        Describe(graph, backbone);
        graph.Write(path);
    }

    /// <summary>Writes a file from image [N, 3, S, S] to the features [N, C, H, W] that the stage before one gives.</summary>
    internal static void WriteStages(BackboneDescriptor backbone, WeightFile weights, int endStage, string path)
    {
        var graph = new OnnxGraph($"{backbone.Name}-stages");
        var image = graph.Input(ImageInput, OnnxGraph.BatchDimension, ImagePreprocessing.Channels, "height", "width");
        var features = new BackboneGraph(graph, backbone, weights).AddStages(image, endStage);
        graph.Node("Identity", FeatureOutput, [features]);
        graph.Output(FeatureOutput, OnnxGraph.BatchDimension, backbone.Stages[endStage - 1].Channels, "feature_height", "feature_width");
        graph.Write(path);
    }

    /// <summary>Writes a file from image [N, 3, S, S] to the last features [N, D, H, W]: their mean over H and W is the embedding.</summary>
    internal static void WriteLastFeatures(BackboneDescriptor backbone, WeightFile weights, string path)
    {
        var graph = new OnnxGraph($"{backbone.Name}-features");
        var image = graph.Input(ImageInput, OnnxGraph.BatchDimension, ImagePreprocessing.Channels, "height", "width");
        graph.Node("Identity", FeatureOutput, [new BackboneGraph(graph, backbone, weights).AddLastFeatures(image)]);
        graph.Output(FeatureOutput, OnnxGraph.BatchDimension, backbone.EmbeddingSize, "feature_height", "feature_width");
        graph.Write(path);
    }

    /// <summary>Puts what a reader must know about origin and preprocessing beside the graph.</summary>
    internal static void Describe(OnnxGraph graph, BackboneDescriptor backbone)
    {
        graph.Describe("backbone", backbone.Name);
        graph.Describe("backbone_licence", backbone.Licence);
        graph.Describe("backbone_origin", backbone.Origin);
        graph.Describe("preprocessing_version", ImagePreprocessing.Version.ToString(CultureInfo.InvariantCulture));
        graph.Describe("preprocessing", PreprocessingFacts.Text);
    }

    /// <summary>Adds the stem and the stages before one, and gives the name of the features [N, C, H, W].</summary>
    internal string AddStages(string image, int endStage)
    {
        var features = Convolve(image, _backbone.Stem);
        return _backbone.Blocks.Where(block => block.Stage < endStage).Aggregate(features, Block);
    }

    /// <summary>Adds the whole backbone, and gives the name of the embedding [N, D].</summary>
    internal string AddAll(string image, string embedding)
    {
        var pooled = _graph.Node("GlobalAveragePool", "pooled", [AddLastFeatures(image)]);
        return _graph.Node("Flatten", embedding, [pooled], ("axis", 1));
    }

    private string AddLastFeatures(string image) => Convolve(AddStages(image, _backbone.Stages.Count), _backbone.HeadConvolution);

    private string Block(string input, BackboneBlock block)
    {
        var output = block.Convolutions.Aggregate(input, Convolve);
        return block.AddsInput ? _graph.Node("Add", $"{block.Name}.add", [output, input]) : output;
    }

    private string Convolve(string input, BackboneConvolution layer)
    {
        var (weight, bias) = Fold(layer);
        string[] inputs =
        [
            input,
            _graph.Constant($"{layer.Name}.weight", weight, layer.WeightShape),
            _graph.Constant($"{layer.Name}.bias", bias, layer.ChannelsOut),
        ];
        long before = layer.PadBefore, after = layer.PadAfter;
        var output = _graph.Node(
            "Conv", $"{layer.Name}.out", inputs,
            ("kernel_shape", new long[] { layer.KernelPx, layer.KernelPx }),
            ("strides", new long[] { layer.Stride, layer.Stride }),
            ("pads", new long[] { before, before, after, after }),
            ("group", layer.Groups));
        return layer.HasActivation ? _graph.Node("Clip", $"{layer.Name}.relu6", [output, .. _reluBounds]) : output;
    }

    /// <summary>Batch norm as a factor a channel on the weights and a bias, computed in float64.</summary>
    private (float[] Weight, float[] Bias) Fold(BackboneConvolution layer)
    {
        var weight = (float[])Values($"{layer.Name}.weight").Clone();
        float[] scale = Values($"{layer.NormName}.weight"), shift = Values($"{layer.NormName}.bias");
        float[] mean = Values($"{layer.NormName}.running_mean"), variance = Values($"{layer.NormName}.running_var");
        var bias = new float[layer.ChannelsOut];
        var perChannel = weight.Length / layer.ChannelsOut;
        for (var channel = 0; channel < layer.ChannelsOut; channel++)
        {
            var factor = scale[channel] / Math.Sqrt(variance[channel] + BackboneDescriptor.NormEpsilon);
            bias[channel] = (float)(shift[channel] - mean[channel] * factor);
            foreach (ref var value in weight.AsSpan(channel * perChannel, perChannel))
            {
                value = (float)(value * factor);
            }
        }
        return (weight, bias);
    }

    private float[] Values(string name) => _weights.Tensors[name].Values;
}
