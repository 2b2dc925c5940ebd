using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Native;
using LabelStudio.Tests;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>Classes that join in steps: what is learned, what is forgotten, and what it costs, by the way of training.</summary>
internal sealed class IncrementCase : IBenchmarkCase
{
    public string Name => "increment";

    public string Purpose => "accuracy after each step of added classes, average forgetting, old images that turn from right to wrong, cost";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("base", "K", "classes of the first training (6)"),
        new("step", "S", "classes that join at a time (2)"),
        new("method", "METHOD", "rehearsal (all old images), extension (none: rows beside the old ones from the sums kept with the model), exemplars (some of each old class), naive (new images only), joint (anew each time), lda (closed form on the fine-tuned base), frozen (closed form on the pretrained backbone) (rehearsal)"),
        new("exemplars", "N", "images of each old class with method exemplars, chosen by herding (20)"),
        new("distillation", "W", "weight of distilling what the model said about its old classes (0: off)"),
        .. StudyOptions.All,
    ];

    public Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        NativeLibraries.Initialize(options.Number("threads", Environment.ProcessorCount));
        var plan = PlanOptions.Read(options) with
        {
            Rehearsal = RehearsalMemory.Herding,
            ExemplarsPerClass = options.Number("exemplars", 20),
            DistillationWeight = options.Number("distillation", 0, 0),
        };
        var method = options.Text("method") ?? IncrementStudy.Methods[0];
        if (!IncrementStudy.Methods.Contains(method))
        {
            throw new BenchmarkUsageException($"There is no method '{method}'. Take one of: {string.Join(", ", IncrementStudy.Methods)}.");
        }
        using var study = StudyOptions.Read(options, stop);
        var (first, step) = (options.Number("base", 6, 2), options.Number("step", 2));
        int[] stages = [.. Enumerable.Range(0, study.ClassNames.Count).Select(index => first + (index * step)).TakeWhile(count => count < study.ClassNames.Count), study.ClassNames.Count];
        var steps = new IncrementStudy(study, plan, method);
        foreach (var classes in stages)
        {
            stop.ThrowIfCancellationRequested();
            steps.To(classes);
            log.WriteLine($"{classes} classes: accuracy {steps.Results[^1].Metrics.Accuracy:F4}");
        }

        var last = steps.Results[^1].Metrics;
        var figures = new Figures().Add("method", method).Add("side_px", (long)plan.SidePx).Add("seed", (long)plan.Seed);
        foreach (var result in steps.Results)
        {
            figures.Add($"accuracy_{result.Classes}_classes_share", result.Metrics.Accuracy);
        }
        return Task.FromResult(figures
            .Add("average_forgetting_share", steps.Forgetting())
            .Add("average_old_class_drop_share", steps.OldClassDrop())
            .Add("most_right_to_wrong_share", steps.MostBroken())
            .Add("test_images", (long)last.Count)
            .Add("images_trained_after_base", steps.ImagesAfterBase)
            .Add("seconds_after_base", steps.AfterBase.TotalSeconds)
            .Add("base_seconds", steps.Base.TotalSeconds)
            .Add("peak_memory_bytes", Process.GetCurrentProcess().PeakWorkingSet64));
    }
}
