using LabelStudio.Learning.Backbones;
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
    /// <param name="backbone">The model's network.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>The folder's manifest.</returns>
    /// <exception cref="ModelFolderException">The folder cannot be used, or the engines disagree.</exception>
    public static ModelManifest Demand(BackboneDescriptor backbone, string folder)
    {
        var manifest = ModelFolder.Read(folder);
        Demand(backbone, ModelFolder.ReadBackbone(folder), ModelFolder.ReadHead(folder), manifest.Temperature, manifest.SidePx, Path.Combine(folder, ModelFolder.OnnxFile));
        return manifest;
    }

    /// <summary>Compares a graph with the weights it was written from.</summary>
    /// <exception cref="ModelFolderException">The engines disagree.</exception>
    public static void Demand(BackboneDescriptor backbone, WeightFile weights, LinearHead head, double temperature, int sidePx, string onnxPath)
    {
        var difference = LargestDifference(backbone, weights, head, temperature, sidePx, onnxPath);
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
        ArgumentNullException.ThrowIfNull(head);
        var images = Draw(sidePx);
        var classes = head.Classes.Count;
        var byOnnx = new float[Pictures * classes];
        using (var session = new OnnxSession(onnxPath, sidePx, threads: 1))
        {
            session.Run(images, Pictures, OnnxGraphWriter.ProbabilitiesOutput, byOnnx);
        }

        var byTorch = new float[Pictures * classes];
        head.Logits(Embed(backbone, weights, images, sidePx), Pictures, byTorch);
        TemperatureScaling.Softmax(byTorch, classes, Pictures, temperature);
        return byOnnx.Zip(byTorch, (left, right) => (double)Math.Abs(left - right)).Max();
    }

    private static float[] Embed(BackboneDescriptor backbone, WeightFile weights, float[] images, int sidePx)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new EfficientNetLite(backbone, weights);
        return network.forward(tensor(images, [Pictures, ImagePreprocessing.Channels, sidePx, sidePx])).data<float>().ToArray();
    }

    /// <summary>Waves of several lengths with a little noise: more like a photograph than noise alone. Always the same.</summary>
    private static float[] Draw(int sidePx)
    {
        var random = new Random(1);
        var image = new float[Pictures * ImagePreprocessing.Channels * sidePx * sidePx];
        for (var index = 0; index < image.Length; index++)
        {
            var (x, y, plane) = (index % sidePx, index / sidePx % sidePx, index / (sidePx * sidePx));
            var wave = Math.Sin((x * (plane + 1) * 0.05) + (y * 0.11)) * Math.Cos(y * (plane + 2) * 0.03);
            image[index] = (float)Math.Clamp((0.8 * wave) + (0.4 * (random.NextDouble() - 0.5)), -1, 1);
        }

        return image;
    }
}
