using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>
/// Accuracy and speed of a first training, and how many forward passes of the layers that train one trained image costs.
/// </summary>
internal sealed class FineTuneCase : IBenchmarkCase
{
    private const int Batch = 32;

    public string Name => "fine-tune";

    public string Purpose => "accuracy of a first training on all classes, images per second of training against forward only, seconds against the estimate that the page shows, peak memory";

    public IReadOnlyList<BenchmarkOption> Options => StudyOptions.All;

    public Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        NativeLibraries.Initialize(options.Number("threads", Environment.ProcessorCount));
        var plan = PlanOptions.Read(options);
        using var study = StudyOptions.Read(options, stop);
        var epochs = new List<EpochCompleted>();
        var device = ComputeDevice.Detect();
        var estimate = Estimate(plan, study, device);
        var start = Stopwatch.GetTimestamp();
        var model = study.Fit(plan, study.Pretrained, LinearHead.Zero(FineTuneStudy.Classes(study.ClassNames.Count), FineTuneStudy.Descriptor.EmbeddingSize), _ => true, happened =>
        {
            if (happened is EpochCompleted epoch)
            {
                epochs.Add(epoch);
                log.WriteLine($"epoch {epoch.Epoch} of {epoch.Epochs}: loss {epoch.TrainLoss:F4}, validation macro-F1 {epoch.ValidationMacroF1:F4}, {epoch.ImagesPerSecond:F1} images/s");
            }
        });
        var whole = Stopwatch.GetElapsedTime(start);
        var withEnd = estimate is null ? whole : whole + End(plan, study, model);
        var forward = ForwardImagesPerSecond(plan, study.Pretrained, study.ClassNames.Count, device.Kind == DeviceKind.Cuda ? CUDA : CPU);
        var metrics = study.Evaluate(model, plan.SidePx);
        var training = epochs.Count == 0 ? double.NaN : epochs.Average(epoch => epoch.ImagesPerSecond);
        return Task.FromResult(new Figures()
            .Add("device", device.Name)
            .Add("train_images", (long)study.Train.Count)
            .Add("validation_images", (long)study.Validation.Count)
            .Add("test_images", (long)metrics.Count)
            .Add("classes", (long)study.ClassNames.Count)
            .Add("side_px", (long)plan.SidePx)
            .Add("seed", (long)plan.Seed)
            .Add("accuracy_share", metrics.Accuracy)
            .Add("accuracy_low_share", metrics.AccuracyLow)
            .Add("accuracy_high_share", metrics.AccuracyHigh)
            .Add("macro_f1_share", metrics.MacroF1)
            .Add("best_epoch", (long)model.BestEpoch)
            .Add("epochs", (long)epochs.Count)
            .Add("run_seconds", whole.TotalSeconds)
            .Add("run_and_last_pass_seconds", withEnd.TotalSeconds)
            .Add("estimated_seconds", estimate?.TotalSeconds ?? double.NaN)
            .Add("estimated_to_actual_ratio", (estimate?.TotalSeconds ?? double.NaN) / withEnd.TotalSeconds)
            .Add("training_images_per_second", training)
            .Add("forward_images_per_second", forward)
            .Add("training_to_forward_speed_ratio", training / forward)
            .Add("peak_memory_bytes", Process.GetCurrentProcess().PeakWorkingSet64));
    }

    /// <summary>What the page would have said, with the threads of this run; null: it measures the processor and fine-tuning only.</summary>
    private static TimeSpan? Estimate(TrainingPlan plan, FineTuneStudy study, ComputeDevice device)
    {
        if (device.Kind != DeviceKind.Cpu || plan.Layers == TrainedLayers.HeadOnly)
        {
            return null;
        }
        var folder = Directory.CreateTempSubdirectory("benchmark-cost-").FullName;
        return TrainingCost.Measure(FineTuneStudy.Descriptor, study.Pretrained, folder, get_num_threads(), TimeProvider.System)
            .Estimate(plan, study.Train.Count, study.Validation.Count + study.Test.Count);
    }

    /// <summary>What a run does after its last epoch: held-out images and those of the sums pass through the new backbone.</summary>
    private static TimeSpan End(TrainingPlan plan, FineTuneStudy study, FineTuneResult model)
    {
        var start = Stopwatch.GetTimestamp();
        study.Embed(model.Backbone, [.. study.Validation, .. study.Test, .. study.Train.Take(ClosedFormSums.EnoughImages)], plan.SidePx);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>The layers that train, forward only, on features of the size that the cache holds.</summary>
    private static double ForwardImagesPerSecond(TrainingPlan plan, WeightFile weights, int classes, Device device)
    {
        var backbone = FineTuneStudy.Descriptor;
        if (plan.Layers == TrainedLayers.HeadOnly)
        {
            return HeadImagesPerSecond(backbone.EmbeddingSize, classes, device);
        }
        var first = plan.Layers == TrainedLayers.Whole ? 0 : backbone.Stages.Count - plan.LastStageCount;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new EfficientNetLite(backbone, weights);
        network.to(device);
        var side = first == 0 ? plan.SidePx : backbone.StageSide(first - 1, plan.SidePx);
        var features = rand([Batch, first == 0 ? 3 : backbone.Stages[first - 1].Channels, side, side], device: device);
        return ImagesPerSecond(() => Pass(network, first, features));
    }

    /// <summary>A head trains on embeddings that are computed before.</summary>
    private static double HeadImagesPerSecond(int embeddingSize, int classes, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var embeddings = rand([Batch, embeddingSize], device: device);
        var (weight, bias) = (rand([classes, embeddingSize], device: device), rand([classes], device: device));
        return ImagesPerSecond(() =>
        {
            using var logits = nn.functional.linear(embeddings, weight, bias);
            Await(logits);
        });
    }

    private static double ImagesPerSecond(Action pass)
    {
        pass();
        var (start, passes) = (Stopwatch.GetTimestamp(), 0);
        while (passes < 3 || Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(3))
        {
            pass();
            passes++;
        }
        return passes * Batch / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Pass(EfficientNetLite network, int first, Tensor features)
    {
        using var output = first == 0 ? network.forward(features) : network.ForwardFrom(first, features);
        Await(output);
    }

    /// <summary>A GPU answers before it has computed; reading a number waits for it.</summary>
    private static void Await(Tensor output)
    {
        using var sum = output.sum();
        sum.item<float>();
    }
}
