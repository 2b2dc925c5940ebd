using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Snapshots;
using static TorchSharp.torch;

namespace LabelStudio.Learning.OnnxExport;

/// <summary>Shows that a model's ONNX graph answers as its weights do in TorchSharp. Thread-safe.</summary>
public static class EngineParity
{
    /// <summary>The probabilities of the two engines differ by less than this.</summary>
    public const double Tolerance = 1e-4;

    private const int Pictures = 2;

    /// <summary>Compares the files of a model folder.</summary>
    /// <param name="backbones">The backbones the program has.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>The folder's manifest.</returns>
    /// <exception cref="ModelFolderException">The folder cannot be used, its backbone is unknown, or the engines disagree.</exception>
    public static ModelManifest Demand(BackboneRegistry backbones, string folder)
    {
        var manifest = ModelFolder.Read(folder);
        var (head, onnxPath) = (ModelFolder.ReadHead(folder), Path.Combine(folder, ModelFolder.OnnxFile));
        if (ExtractorFolder.IsIn(folder))
        {
            DemandOfExtractor(folder, head, manifest.Temperature, onnxPath);
        }
        else
        {
            Demand(manifest.FindIn(backbones), ModelFolder.ReadBackbone(folder), head, manifest.Temperature, manifest.SidePx, onnxPath);
        }
        return manifest;
    }

    /// <summary>Compares a graph with the weights it was written from.</summary>
    /// <exception cref="ModelFolderException">The engines disagree.</exception>
    public static void Demand(BackboneDescriptor backbone, WeightFile weights, LinearHead head, double temperature, int sidePx, string onnxPath) =>
        DemandSmall(LargestDifference(backbone, weights, head, temperature, sidePx, onnxPath));

    /// <summary>Compares a graph with the extractor and the head it was made of; TorchSharp has no part in such a model.</summary>
    /// <param name="extractorFolder">As <see cref="ExtractorFolder"/> describes it.</param>
    /// <param name="head">The head.</param>
    /// <param name="temperature">Of the probabilities.</param>
    /// <param name="onnxPath">The whole graph.</param>
    /// <exception cref="ModelFolderException">They disagree.</exception>
    public static void DemandOfExtractor(string extractorFolder, LinearHead head, double temperature, string onnxPath)
    {
        using var extractor = ExtractorEmbedder.Open(extractorFolder, threads: 1);
        DemandSmall(LargestDifference(
            head, temperature, extractor.Key.SidePx, onnxPath, images =>
            {
                var embeddings = new float[Pictures * extractor.EmbeddingSize];
                extractor.Embed(images, Pictures, embeddings);
                return embeddings;
            }));
    }

    private static void DemandSmall(double difference)
    {
        // Written so that NaN is refused too.
        if (!(difference < Tolerance))
        {
            throw new ModelFolderException(
                $"The model was not exported: on the same pictures its ONNX graph and its weights differ by {difference:0.######} in probability, and {Tolerance:0.######} is allowed. Train it again; if that repeats, report it with this number.");
        }
    }

    /// <summary>The largest difference of any class's probability on drawn pictures, 0 to 1; NaN when an engine gives no number.</summary>
    public static double LargestDifference(BackboneDescriptor backbone, WeightFile weights, LinearHead head, double temperature, int sidePx, string onnxPath)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return LargestDifference(head, temperature, sidePx, onnxPath, images => Embed(backbone, weights, images, sidePx));
    }

    private static double LargestDifference(LinearHead head, double temperature, int sidePx, string onnxPath, Func<float[], float[]> embed)
    {
        ArgumentNullException.ThrowIfNull(head);
        var images = DrawnPictures.Of(Pictures, sidePx);
        var classes = head.Classes.Count;
        var byOnnx = new float[Pictures * classes];
        using (var session = new OnnxSession(onnxPath, sidePx, threads: 1))
        {
            session.Run(images, Pictures, OnnxGraphWriter.ProbabilitiesOutput, byOnnx);
        }

        var byWeights = new float[Pictures * classes];
        head.Logits(embed(images), Pictures, byWeights);
        TemperatureScaling.Softmax(byWeights, classes, Pictures, temperature);
        return byOnnx.Zip(byWeights, (left, right) => (double)Math.Abs(left - right)).Max();
    }

    private static float[] Embed(BackboneDescriptor backbone, WeightFile weights, float[] images, int sidePx)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new EfficientNetLite(backbone, weights);
        return network.forward(tensor(images, [Pictures, ImagePreprocessing.Channels, sidePx, sidePx])).data<float>().ToArray();
    }
}
