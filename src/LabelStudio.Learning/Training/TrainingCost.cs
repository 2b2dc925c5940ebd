using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Native;

namespace LabelStudio.Learning.Training;

/// <summary>What the parts of a training cost on this machine's processor, measured in a few seconds.</summary>
/// <param name="DecodeSeconds">Reading and preparing a picture of ordinary size.</param>
/// <param name="ForwardSeconds">One picture through the whole backbone at <see cref="MeasuredSidePx"/>.</param>
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
    private const int Pictures = 4;

    /// <summary>Measures. Synchronous, a few seconds of the processor: call it on a thread of its own.</summary>
    /// <param name="backbone">Which network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="folder">An empty folder for a graph and features; deleted.</param>
    /// <param name="clock">Measures time.</param>
    public static TrainingCost Measure(BackboneDescriptor backbone, WeightFile weights, string folder, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(clock);
        Directory.CreateDirectory(folder);
        try
        {
            var plan = TrainingPlan.Balanced with { SidePx = MeasuredSidePx, BatchSize = Pictures };
            var threads = TorchSharp.torch.get_num_threads();
            var decode = Decode(clock);
            using var stages = new FrozenStages(plan, backbone, weights, folder, threads);
            var map = ClassIndexMap.Of(Enumerable.Range(1, 10).Select(number => new Guid(number, 0, 0, new byte[8])));
            var start = LinearHead.Zero(map, backbone.EmbeddingSize);
            using var whole = new FineTuneNetwork(
                plan, new EfficientNetLite(backbone, weights), start, 0, ComputeDevice.Cpu, new BatchMemory(_ => { }));
            using var trained = new FineTuneNetwork(
                plan, new EfficientNetLite(backbone, weights), start, stages.FirstTrainedStage, ComputeDevice.Cpu, new BatchMemory(_ => { }));
            using var pixels = TorchSharp.torch.zeros(Pictures, ImagePreprocessing.Channels, MeasuredSidePx, MeasuredSidePx);
            using var batch = new FineTuneBatch(TorchSharp.torch.zeros([Pictures, .. stages.FeatureShape]), new long[Pictures], []);
            var forward = Time(() => whole.Logits(pixels), clock) / Pictures;
            var step = Time(() => trained.Step(batch, 1), clock) / Pictures;
            var (prepare, headStep) = Head(start, clock);
            return new(decode, forward, step, prepare, headStep);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>How long a run takes at most on this machine's processor, if all epochs are run and nothing else is done.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="trainImages">Its training images.</param>
    /// <param name="heldOutImages">Its validation and test images.</param>
    public TimeSpan Estimate(TrainingPlan plan, int trainImages, int heldOutImages)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var seconds = plan.Layers == TrainedLayers.HeadOnly
            ? HeadPrepareSeconds + ((double)plan.Epochs * trainImages * HeadStepSeconds)
            : FineTuning(plan, trainImages, heldOutImages);
        var time = TimeSpan.FromSeconds(seconds);
        return plan.TimeLimit is { } limit && limit < time ? limit : time;
    }

    private double FineTuning(TrainingPlan plan, int trainImages, int heldOutImages)
    {
        var area = Math.Pow((double)plan.SidePx / MeasuredSidePx, 2);
        var relative = plan.Layers == TrainedLayers.Whole ? Whole : s_relative[Math.Clamp(plan.LastStageCount, 1, s_relative.Length) - 1];
        var step = StepSeconds * area * relative / MeasuredStages;
        var views = plan.Layers == TrainedLayers.Whole ? 0 : FrozenStages.ViewsOf(plan);
        // In the end every picture is seen once through the new backbone: held-out ones to test it, the others for its sums.
        var prepare = (trainImages * (DecodeSeconds + (views * ForwardSeconds * area))) + ((Math.Min(trainImages, ClosedFormSums.EnoughImages) + (heldOutImages * 2)) * (DecodeSeconds + (ForwardSeconds * area)));
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
