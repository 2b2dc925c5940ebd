using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.OnnxExport;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>The photographs of clothes with ten classes: nine tenths of the train folder train, one tenth validates.</summary>
internal sealed class ClothingProtocol : IDisposable
{
    private static readonly BackboneDescriptor Backbone = BackboneDescriptor.EfficientNetLite0;
    private readonly TemporaryFolder _folder = new();
    private readonly List<LabelledImage> _train = [], _validation = [], _test = [];
    private readonly Action<string> _log;

    internal ClothingProtocol(Action<string> log)
    {
        _log = log;
        var root = SharedData.Require("clothing");
        ClassNames = [.. Directory.GetDirectories(Path.Combine(root, "train")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        for (var target = 0; target < ClassNames.Count; target++)
        {
            var index = 0;
            foreach (var path in Files(root, "train", ClassNames[target]))
            {
                (index++ % 10 == 9 ? _validation : _train).Add(new(path, target));
            }
            _test.AddRange(Files(root, "test", ClassNames[target]).Select(path => new LabelledImage(path, target)));
        }
    }

    internal IReadOnlyList<string> ClassNames { get; }

    public void Dispose() => _folder.Dispose();

    /// <summary>The first classes, by index.</summary>
    internal static ClassIndexMap Classes(int count) =>
        ClassIndexMap.Of(Enumerable.Range(1, count).Select(number => new Guid(number, 0, 0, new byte[8])));

    /// <summary>Trains on all pictures of the first classes, as many as the head has.</summary>
    internal FineTuneResult Train(TrainingPlan plan, WeightFile weights, LinearHead start) => FineTuneTrainer.Run(
        plan, Backbone, weights, start, Of(_train, start), Of(_validation, start), _folder.File("scratch"), ComputeDevice.Cpu,
        happened => _log(happened.ToString()), TimeProvider.System, CancellationToken.None);

    /// <summary>Classifies the test pictures of the model's classes with its exported ONNX graph.</summary>
    internal (int[] Targets, float[] Probabilities) Test(FineTuneResult model, int sidePx)
    {
        var test = Of(_test, model.Head);
        var path = _folder.File("model.onnx");
        OnnxGraphWriter.WriteClassifier(Backbone, model.Backbone, model.Head, [.. ClassNames.Take(model.Head.Classes.Count)], 1, sidePx, path);
        using var session = new OnnxSession(path, sidePx, threads: 2);
        var preprocessing = new Learning.Imaging.ImagePreprocessing(sidePx);
        var classes = model.Head.Classes.Count;
        var probabilities = new float[test.Count * classes];
        var image = new float[preprocessing.Length];
        for (var i = 0; i < test.Count; i++)
        {
            Learning.Imaging.ImageDecoder.DecodeInto(test[i].Path, preprocessing, image);
            session.Run(image, 1, OnnxGraphWriter.ProbabilitiesOutput, probabilities.AsSpan(i * classes, classes));
        }
        return ([.. test.Select(item => item.Target)], probabilities);
    }

    /// <summary>Training pictures of the first classes.</summary>
    internal int TrainCount(int classes) => _train.Count(item => item.Target < classes);

    /// <summary>Raw embeddings of the training or the test pictures of the first classes.</summary>
    internal EmbeddingSet Embeddings(WeightFile weights, int classes, int sidePx, bool test = false)
    {
        var path = _folder.File("embedding.safetensors");
        WeightFile.Write(path, weights.Tensors);
        using var embedder = Learning.Embeddings.OnnxEmbedder.Open(Backbone, path, _folder.File("graphs"), sidePx, threads: 2);
        var images = (test ? _test : _train).Where(item => item.Target < classes).ToList();
        var preprocessing = new Learning.Imaging.ImagePreprocessing(sidePx);
        var embeddings = new float[images.Count * embedder.EmbeddingSize];
        var image = new float[preprocessing.Length];
        for (var i = 0; i < images.Count; i++)
        {
            Learning.Imaging.ImageDecoder.DecodeInto(images[i].Path, preprocessing, image);
            embedder.Embed(image, 1, embeddings.AsSpan(i * embedder.EmbeddingSize, embedder.EmbeddingSize));
        }
        return new(images.Count, embedder.EmbeddingSize, embeddings, [.. images.Select(item => item.Target)]);
    }

    private static List<LabelledImage> Of(List<LabelledImage> images, LinearHead head) => [.. images.Where(item => item.Target < head.Classes.Count)];

    private static IEnumerable<string> Files(string root, string split, string name) =>
        Directory.GetFiles(Path.Combine(root, split, name)).Order(StringComparer.Ordinal);
}
