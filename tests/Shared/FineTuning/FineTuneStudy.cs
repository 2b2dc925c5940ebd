using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using TorchSharp;

namespace LabelStudio.Tests;

/// <summary>
/// Labelled pictures, fine-tuned on and tested as the program does: of the train pictures of each class every tenth
/// validates. Graphs and features go to a temporary folder.
/// </summary>
internal sealed class FineTuneStudy : IDisposable
{
    private const int BatchSize = 16;
    private readonly string _folder = Directory.CreateTempSubdirectory("fine-tune-study-").FullName;
    private readonly CancellationToken _stop;
    private int _graphs;

    /// <param name="classNames">Names by class index.</param>
    /// <param name="train">Pictures to learn from, those of a class in an order of their own.</param>
    /// <param name="test">Pictures to test on, class after class.</param>
    /// <param name="pretrained">The backbone to begin with.</param>
    /// <param name="stop">Ends every work.</param>
    public FineTuneStudy(
        IReadOnlyList<string> classNames, IEnumerable<LabelledImage> train, IEnumerable<LabelledImage> test, WeightFile pretrained, CancellationToken stop)
    {
        (ClassNames, Test, Pretrained, _stop) = (classNames, [.. test], pretrained, stop);
        foreach (var ofClass in train.GroupBy(image => image.Target))
        {
            foreach (var (place, image) in ofClass.Index())
            {
                (place % 10 == 9 ? Validation : Train).Add(image);
            }
        }
    }

    public static BackboneDescriptor Descriptor => BackboneDescriptor.EfficientNetLite0;

    public IReadOnlyList<string> ClassNames { get; }

    public List<LabelledImage> Train { get; } = [];

    public List<LabelledImage> Validation { get; } = [];

    public List<LabelledImage> Test { get; }

    public WeightFile Pretrained { get; }

    /// <summary>The first classes, by index.</summary>
    public static ClassIndexMap Classes(int count) => ClassIndexMap.Of(Enumerable.Range(1, count).Select(number => new Guid(number, 0, 0, new byte[8])));

    public static LinearHead ZeroHead(int classes) => LinearHead.Zero(Classes(classes), Descriptor.EmbeddingSize);

    /// <summary>Trains on the pictures that the filter takes: stages of the backbone, or the head alone on embeddings.</summary>
    public FineTuneResult Fit(
        TrainingPlan plan, WeightFile weights, LinearHead start, Func<LabelledImage, bool> filter, Action<TrainingEvent> observer, int oldClasses = 0)
    {
        if (plan.Layers == TrainedLayers.HeadOnly)
        {
            var (train, validation) = (Embed(weights, [.. Train.Where(filter)], plan.SidePx), Embed(weights, [.. Validation.Where(filter)], plan.SidePx));
            var trained = HeadTrainer.Run(plan, start, train, validation, ComputeDevice.Detect(), observer, TimeProvider.System, _stop, oldClasses: oldClasses);
            return new(weights, trained.Best, trained.Reason, trained.BestEpoch, trained.Failure);
        }
        return FineTuneTrainer.Run(
            plan, Descriptor, weights, start, [.. Train.Where(filter)], [.. Validation.Where(filter)], Path.Combine(_folder, "features"),
            ComputeDevice.Detect(), observer, TimeProvider.System, _stop, oldClasses: oldClasses);
    }

    /// <summary>A model's head grown to more classes as the program grows it, by rows of the live head on these pictures.</summary>
    public LinearHead Grow(FineTuneResult model, int classes, Func<LabelledImage, bool> filter, int sidePx)
    {
        var grown = Classes(classes);
        var embeddings = Embed(model.Backbone, [.. Train.Where(filter)], sidePx);
        return StartSums.Of(embeddings, grown, kept: null).Grow(model.Head, grown, seed: 1);
    }

    /// <summary>Embeddings of pictures as a backbone sees them.</summary>
    public EmbeddingSet Embed(WeightFile weights, IReadOnlyList<LabelledImage> images, int sidePx)
    {
        var path = Path.Combine(_folder, $"weights-{_graphs++}.safetensors");
        WeightFile.Write(path, weights.Tensors);
        using var embedder = OnnxEmbedder.Open(Descriptor, path, _folder, sidePx, torch.get_num_threads());
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

    /// <summary>Figures of a model on the test pictures of its classes.</summary>
    public EvaluationMetrics Evaluate(FineTuneResult model, int sidePx)
    {
        var test = Embed(model.Backbone, [.. Test.Where(image => image.Target < model.Head.Classes.Count)], sidePx);
        return ModelEvaluation.Compute(test.Targets, Probabilities(model.Head, test), model.Head.Classes.Count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
