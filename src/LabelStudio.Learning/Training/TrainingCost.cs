using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Native;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>What the parts of a training cost on this machine's processor, measured in a few seconds.</summary>
/// <param name="DecodeSeconds">Reading and preparing a picture of ordinary size.</param>
/// <param name="ForwardSeconds">One picture through the whole backbone on ONNX Runtime, at <see cref="MeasuredSidePx"/>.</param>
/// <param name="StepSeconds">Training on one picture with two stages and the head, at <see cref="MeasuredSidePx"/>.</param>
/// <param name="HeadPrepareSeconds">Preparing a training of the head alone.</param>
/// <param name="HeadStepSeconds">Training the head on one stored embedding.</param>
public sealed record TrainingCost(double DecodeSeconds, double ForwardSeconds, double StepSeconds, double HeadPrepareSeconds, double HeadStepSeconds)
{
    /// <summary>Side at which pictures were measured; the cost grows with their area.</summary>
    public const int MeasuredSidePx = 160;

    // Cost of training on a picture by the number of trained stages, measured in forward passes: 0.89 for two, 1.57 for
    // three, 4.49 for all. Those between are drawn along these.
    private static readonly double[] s_relative = [0.5, 0.89, 1.57, 2.2, 2.9, 3.6, 4.2];
    private const double Whole = 4.49, MeasuredStages = 0.89;
    private const int Pictures = 8;

    /// <summary>Measures. Synchronous, a few seconds of the processor: call it on a thread of its own.</summary>
    /// <param name="backbone">Which network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="folder">An empty folder for graphs and features; deleted.</param>
    /// <param name="threads">How many the trainer has, at least 1. libtorch's count is changed for the while.</param>
    /// <param name="clock">Measures time.</param>
    public static TrainingCost Measure(BackboneDescriptor backbone, WeightFile weights, string folder, int threads, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentNullException.ThrowIfNull(clock);
        var threadsBefore = get_num_threads();
        Directory.CreateDirectory(folder);
        try
        {
            set_num_threads(threads);
            var plan = TrainingPlan.Balanced with { SidePx = MeasuredSidePx, BatchSize = Pictures };
            var decode = Decode(clock);
            var forward = Forward(backbone, weights, folder, threads, clock);
            using var stages = new FrozenStages(plan, backbone, weights, folder, threads, ComputeDevice.Cpu, _ => { });
            var map = ClassIndexMap.Of(Enumerable.Range(1, 10).Select(number => new Guid(number, 0, 0, new byte[8])));
            var start = LinearHead.Zero(map, backbone.EmbeddingSize);
            using var trained = new FineTuneNetwork(
                plan, new EfficientNetLite(backbone, weights), start, stages.FirstTrainedStage, ComputeDevice.Cpu, new BatchMemory(_ => { }));
            using var batch = new FineTuneBatch(zeros([Pictures, .. stages.FeatureShape]), new long[Pictures], []);
            // As a run does before its first step.
            ThreadChoice.SetFaster(() => trained.Logits(batch.Features), clock);
            var step = Time(() => trained.Step(batch, 1), clock) / Pictures;
            var (prepare, headStep) = Head(start, clock);
            return new(decode, forward, step, prepare, headStep);
        }
        finally
        {
            set_num_threads(threadsBefore);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>How long a run takes at most on this machine's processor, if all epochs are run and nothing else is done.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="trainImages">Its training images.</param>
    /// <param name="heldOutImages">Its validation and test images.</param>
    /// <param name="parentImages">Images that the model it starts from must be asked about too: test images to compare, and where classes are added the training images, for their first rows.</param>
    public TimeSpan Estimate(TrainingPlan plan, int trainImages, int heldOutImages, int parentImages = 0)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var seconds = plan.Layers == TrainedLayers.HeadOnly
            ? HeadPrepareSeconds + ((double)plan.Epochs * trainImages * HeadStepSeconds)
            : FineTuning(plan, trainImages, heldOutImages, parentImages);
        var time = TimeSpan.FromSeconds(seconds);
        return plan.TimeLimit is { } limit && limit < time ? limit : time;
    }

    private double FineTuning(TrainingPlan plan, int trainImages, int heldOutImages, int parentImages)
    {
        var area = Math.Pow((double)plan.SidePx / MeasuredSidePx, 2);
        var relative = plan.Layers == TrainedLayers.Whole ? Whole : s_relative[Math.Clamp(plan.LastStageCount, 1, s_relative.Length) - 1];
        var step = StepSeconds * area * relative / MeasuredStages;
        var views = plan.Layers == TrainedLayers.Whole ? 0 : FrozenStages.ViewsOf(plan);
        // In the end every picture is seen once through the new backbone: held-out ones to test it, the others for its sums.
        var prepare = (trainImages * (DecodeSeconds + (views * ForwardSeconds * area))) + ((Math.Min(trainImages, ClosedFormSums.EnoughImages) + (heldOutImages * 2) + parentImages) * (DecodeSeconds + (ForwardSeconds * area)));
        // Going forward is a third of a step.
        return prepare + (plan.Epochs * ((trainImages * step) + (heldOutImages * step / 3)));
    }

    private static double Decode(TimeProvider clock)
    {
        var picture = SampleDrawings.Draw(0, 1);
        var preprocessing = new ImagePreprocessing(MeasuredSidePx);
        var image = new float[preprocessing.Length];
        return Time(() => ImageDecoder.DecodeInto(picture, preprocessing, image), clock);
    }

    private static double Forward(BackboneDescriptor backbone, WeightFile weights, string folder, int threads, TimeProvider clock)
    {
        var graph = Path.Combine(folder, "backbone.onnx");
        BackboneGraph.Write(backbone, weights, graph);
        using var session = new OnnxSession(graph, MeasuredSidePx, threads);
        var (pixels, embeddings) = (new float[Pictures * new ImagePreprocessing(MeasuredSidePx).Length], new float[Pictures * backbone.EmbeddingSize]);
        return Time(() => session.Run(pixels, Pictures, BackboneGraph.EmbeddingOutput, embeddings), clock) / Pictures;
    }

    private static (double Prepare, double Step) Head(LinearHead start, TimeProvider clock)
    {
        const int Rows = 256;
        var random = new Random(1);
        var embeddings = new float[Rows * start.EmbeddingSize];
        for (var i = 0; i < embeddings.Length; i++)
        {
            embeddings[i] = random.NextSingle();
        }
        var set = new EmbeddingSet(Rows, start.EmbeddingSize, embeddings, [.. Enumerable.Range(0, Rows).Select(row => row % start.Classes.Count)]);
        var step = 0.0;
        var begin = clock.GetTimestamp();
        HeadTrainer.Run(
            TrainingPlan.Quick with { Epochs = 1 }, start, set, set, ComputeDevice.Cpu, happened => step = happened is EpochCompleted epoch ? 1 / epoch.ImagesPerSecond : step, clock, CancellationToken.None);
        return (Math.Max(0, clock.GetElapsedTime(begin).TotalSeconds - (Rows * step)), step);
    }

    /// <summary>Seconds of the faster of two, after a first one that warms up.</summary>
    private static double Time(Action work, TimeProvider clock)
    {
        work();
        return Enumerable.Range(0, 2).Min(_ =>
        {
            var begin = clock.GetTimestamp();
            work();
            return clock.GetElapsedTime(begin).TotalSeconds;
        });
    }
}
