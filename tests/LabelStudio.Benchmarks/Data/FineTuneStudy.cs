using System.Security.Cryptography;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;

namespace LabelStudio.Benchmarks.Data;

/// <summary>
/// Pictures in class folders, fine-tuned on and tested as the program does: of the train pictures of each class every tenth
/// validates. Graphs and features go to a temporary folder.
/// </summary>
internal sealed class FineTuneStudy : IDisposable
{
    private const int BatchSize = 16;
    private readonly string _folder = Directory.CreateTempSubdirectory("benchmark-fine-tune-").FullName;
    private readonly TextWriter _log;
    private readonly CancellationToken _stop;
    private int _graphs;

    public FineTuneStudy(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        (_log, _stop) = (log, stop);
        var (train, test) = Load(options);
        ClassNames = train.ClassNames;
        for (var index = 0; index < train.Files.Count; index++)
        {
            var image = new LabelledImage(train.Files[index], train.Targets[index]);
            var place = index - Array.IndexOf(train.Targets, image.Target);
            (place % 10 == 9 ? Validation : Train).Add(image);
        }
        Test.AddRange(test.Files.Zip(test.Targets, (file, target) => new LabelledImage(file, target)));
        Pretrained = WeightFile.Read(Backbone.WeightsPath());
    }

    /// <summary>Where the pictures are, and the plan: the options of every case of this kind.</summary>
    public static IReadOnlyList<BenchmarkOption> Options { get; } =
    [
        new("data", "DIR", "a folder with train and test, or class folders, split by content hash 4 : 1"),
        new("train", "DIR", "instead: class folders to learn from"),
        new("test", "DIR", "and class folders to test on, the same classes"),
        .. PlanOptions.All,
        new("threads", "N", "threads (number of cores)"),
    ];

    public IReadOnlyList<string> ClassNames { get; }

    public List<LabelledImage> Train { get; } = [];

    public List<LabelledImage> Validation { get; } = [];

    public List<LabelledImage> Test { get; } = [];

    public WeightFile Pretrained { get; }

    public static BackboneDescriptor Descriptor => BackboneDescriptor.EfficientNetLite0;

    public static ClassIndexMap Classes(int count) => ClassIndexMap.Of(Enumerable.Range(1, count).Select(number => new Guid(number, 0, 0, new byte[8])));

    /// <summary>Fine-tunes on the pictures that the filter takes.</summary>
    public FineTuneResult Fit(TrainingPlan plan, WeightFile weights, LinearHead start, Func<LabelledImage, bool> filter, Action<TrainingEvent> observer) =>
        FineTuneTrainer.Run(
            plan, Descriptor, weights, start, [.. Train.Where(filter)], [.. Validation.Where(filter)], Path.Combine(_folder, "features"),
            ComputeDevice.Detect(), observer, TimeProvider.System, _stop);

    /// <summary>Embeddings of pictures as a backbone sees them.</summary>
    public EmbeddingSet Embed(WeightFile weights, IReadOnlyList<LabelledImage> images, int sidePx)
    {
        var path = Path.Combine(_folder, $"weights-{_graphs++}.safetensors");
        WeightFile.Write(path, weights.Tensors);
        using var embedder = OnnxEmbedder.Open(Descriptor, path, _folder, sidePx, Environment.ProcessorCount);
        var preprocessing = new ImagePreprocessing(sidePx);
        var size = embedder.EmbeddingSize;
        var embeddings = new float[images.Count * size];
        var pixels = new float[BatchSize * preprocessing.Length];
        for (var begin = 0; begin < images.Count; begin += BatchSize)
        {
            _stop.ThrowIfCancellationRequested();
            var (first, count) = (begin, Math.Min(BatchSize, images.Count - begin));
            Parallel.For(0, count, index => ImageDecoder.DecodeInto(
                images[first + index].Path, preprocessing, pixels.AsSpan(index * preprocessing.Length, preprocessing.Length)));
            embedder.Embed(pixels.AsMemory(0, count * preprocessing.Length), count, embeddings.AsSpan(begin * size, count * size));
        }
        return new EmbeddingSet(images.Count, size, embeddings, [.. images.Select(image => image.Target)]);
    }

    /// <summary>Probabilities of a model on embeddings of its own backbone.</summary>
    public static float[] Probabilities(LinearHead head, EmbeddingSet images, double temperature = 1)
    {
        var probabilities = new float[images.Count * head.Classes.Count];
        head.Logits(images.Embeddings, images.Count, probabilities);
        TemperatureScaling.Softmax(probabilities, head.Classes.Count, images.Count, temperature);
        return probabilities;
    }

    /// <summary>The closed-form head taught with all of these.</summary>
    public static LdaSolution Solve(EmbeddingSet images, ClassIndexMap classes)
    {
        var head = new StreamingLdaHead(images.EmbeddingSize);
        head.AddRange([.. images.Targets.Select(target => classes[target])], images.Embeddings);
        return head.Solve()!;
    }

    /// <summary>Probabilities of a closed-form head.</summary>
    public static float[] Probabilities(LdaSolution solution, EmbeddingSet images)
    {
        var probabilities = new float[images.Count * solution.Classes.Count];
        solution.Probabilities(images.Embeddings, images.Count, probabilities);
        return probabilities;
    }

    public EvaluationMetrics Evaluate(FineTuneResult model, int sidePx)
    {
        var test = Embed(model.Backbone, [.. Test.Where(image => image.Target < model.Head.Classes.Count)], sidePx);
        return ModelEvaluation.Compute(test.Targets, Probabilities(model.Head, test), model.Head.Classes.Count);
    }

    public void Log(string text) => _log.WriteLine(text);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Two folders, or one with <c>train</c> and <c>test</c> in it, or one that is split by content hash 4 : 1.</summary>
    private static (LabelledFolder Train, LabelledFolder Test) Load(BenchmarkOptions options)
    {
        if (options.Folder("data") is not { } folder)
        {
            return Same(LabelledFolder.Of(options.RequiredFolder("train")), LabelledFolder.Of(options.RequiredFolder("test")));
        }
        var (train, test) = (Path.Combine(folder, "train"), Path.Combine(folder, "test"));
        if (Directory.Exists(train) && Directory.Exists(test))
        {
            return Same(LabelledFolder.Of(train), LabelledFolder.Of(test));
        }
        var all = LabelledFolder.Of(folder);
        var isTest = all.Files.Select(file => SHA256.HashData(File.ReadAllBytes(file))[0] % 5 == 0).ToArray();
        LabelledFolder Part(bool wanted) => new(
            all.ClassNames,
            [.. all.Files.Where((_, index) => isTest[index] == wanted)],
            [.. all.Targets.Where((_, index) => isTest[index] == wanted)]);
        return (Part(wanted: false), Part(wanted: true));
    }

    private static (LabelledFolder, LabelledFolder) Same(LabelledFolder train, LabelledFolder test) => train.ClassNames.SequenceEqual(test.ClassNames)
        ? (train, test)
        : throw new BenchmarkUsageException("The train and the test folder hold different class folders.");
}
