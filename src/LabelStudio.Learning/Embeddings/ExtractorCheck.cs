using System.Numerics.Tensors;
using Google.Protobuf;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Imaging;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;

namespace LabelStudio.Learning.Embeddings;

/// <summary>Tries a feature extractor before it is taken in: does the file fit its descriptor, and is it one at all?</summary>
public static class ExtractorCheck
{
    private const int Pictures = 3;
    private const int LargestEmbedding = 8192;

    /// <summary>Sums are taken in another order in a batch: that far numbers may differ, relative to the largest.</summary>
    private const float Tolerance = 1e-3f;

    /// <summary>Loads the network and runs it on drawn pictures.</summary>
    /// <returns>What does not fit, each as one sentence, empty when it can be used; and the numbers of an embedding (D).</returns>
    public static (IReadOnlyList<string> Problems, int EmbeddingSize) Of(string onnxPath, ExtractorDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (descriptor.Validate() is { Count: > 0 } wrong)
        {
            return (wrong, 0);
        }
        try
        {
            if (HasOtherFiles(onnxPath))
            {
                return (["The network keeps its weights in another file. Save it as one file, with the weights inside."], 0);
            }
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
            using var session = new InferenceSession(onnxPath, options);
            var problems = Declared(session, descriptor);
            return problems.Count > 0 ? (problems, 0) : Tried(session, descriptor);
        }
        catch (Exception error) when (error is OnnxRuntimeException or InvalidProtocolBufferException)
        {
            return ([$"The file is no ONNX network that can be run: {error.Message.Split('\n')[0]}"], 0);
        }
    }

    private static bool HasOtherFiles(string onnxPath)
    {
        using var file = File.OpenRead(onnxPath);
        return ModelProto.Parser.ParseFrom(file).Graph?.Initializer.Any(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External) ?? false;
    }

    private static List<string> Declared(InferenceSession session, ExtractorDescriptor descriptor)
    {
        List<string> problems = [];
        if (!session.InputMetadata.TryGetValue(descriptor.InputName, out var input))
        {
            problems.Add($"The network has no input '{descriptor.InputName}': it has {Names(session.InputMetadata.Keys)}.");
        }
        else if (!IsOfFloats(input) || !Fits(input.Dimensions, [-1, ImagePreprocessing.Channels, descriptor.SidePx, descriptor.SidePx]))
        {
            problems.Add($"The input '{descriptor.InputName}' is {Shape(input)} and must be float32 [N, 3, {descriptor.SidePx}, {descriptor.SidePx}], with any number N of pictures.");
        }
        if (session.InputMetadata.Count > 1)
        {
            problems.Add($"The network needs {Names(session.InputMetadata.Keys)}; an extractor has one input, the pictures.");
        }
        if (!session.OutputMetadata.TryGetValue(descriptor.OutputName, out var output))
        {
            problems.Add($"The network has no output '{descriptor.OutputName}': it has {Names(session.OutputMetadata.Keys)}.");
        }
        else if (!IsOfFloats(output) || (output.Dimensions.Length > 0 && output.Dimensions.Length != 2))
        {
            problems.Add($"The output '{descriptor.OutputName}' is {Shape(output)} and must be float32 [N, D]. Take the pooled, flat output of the network.");
        }
        return problems;
    }

    private static (IReadOnlyList<string> Problems, int EmbeddingSize) Tried(InferenceSession session, ExtractorDescriptor descriptor)
    {
        var images = DrawnPictures.Of(Pictures, descriptor.SidePx);
        ExtractorEmbedder.Normalise(images, descriptor);
        var (shape, together) = Run(session, descriptor, images, Pictures);
        if (shape is not [Pictures, > 1 and <= LargestEmbedding])
        {
            return ([$"For {Pictures} pictures the output '{descriptor.OutputName}' is [{string.Join(", ", shape)}] and must be [{Pictures}, D] with D from 2 to {LargestEmbedding}."], 0);
        }
        var size = together.Length / Pictures;
        if (!TensorPrimitives.IsFiniteAll<float>(together))
        {
            return ([$"The output '{descriptor.OutputName}' holds numbers that are not finite. Check mean and standard deviation, and the precision the network was saved with."], 0);
        }
        var rows = Enumerable.Range(0, Pictures).Select(row => together.AsMemory(row * size, size)).ToArray();
        if (Differ(rows[0].Span, rows[1].Span) < 1e-6f)
        {
            return ([$"The output '{descriptor.OutputName}' is the same for different pictures, so nothing can be learned from it. Check the names of input and output."], 0);
        }
        var alone = Run(session, descriptor, images[..(images.Length / Pictures)], 1).Values;
        return alone.Length == size && Differ(alone, rows[0].Span) <= Tolerance && Differ(Run(session, descriptor, images, Pictures).Values, together) <= Tolerance
            ? ([], size)
            : ([$"The output '{descriptor.OutputName}' is another one for the same picture when the network runs again or on another number of pictures. Save it in evaluation mode: with dropout off and batch norm frozen."], 0);
    }

    private static (long[] Shape, float[] Values) Run(InferenceSession session, ExtractorDescriptor descriptor, float[] images, int count)
    {
        var input = new DenseTensor<float>(images, [count, ImagePreprocessing.Channels, descriptor.SidePx, descriptor.SidePx]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(descriptor.InputName, input)], [descriptor.OutputName]);
        var output = results[0].AsTensor<float>();
        return ([.. output.Dimensions.ToArray().Select(dimension => (long)dimension)], [.. output]);
    }

    private static float Differ(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        TensorPrimitives.Distance(left, right) / Math.Max(1e-12f, Math.Max(TensorPrimitives.Norm(left), TensorPrimitives.Norm(right)));

    private static bool IsOfFloats(NodeMetadata tensor) => tensor.IsTensor && tensor.ElementDataType == TensorElementType.Float;

    /// <summary>A dimension that the network leaves open fits everything; one that must be open (-1) must be so.</summary>
    private static bool Fits(int[] found, int[] wanted) =>
        found.Length == wanted.Length && found.Zip(wanted).All(pair => pair.First == -1 || pair.First == pair.Second);

    private static string Shape(NodeMetadata tensor) =>
        $"{tensor.ElementDataType} [{string.Join(", ", tensor.Dimensions.Select(dimension => dimension < 0 ? "any" : $"{dimension}"))}]";

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
