using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>Classes that join in steps: what is learned, what is forgotten, and what it costs, by the way of training.</summary>
internal sealed class IncrementCase : IBenchmarkCase
{
    private static readonly string[] Methods = ["rehearsal", "naive", "joint", "lda", "frozen"];

    public string Name => "increment";

    public string Purpose => "accuracy after each step of added classes, average forgetting, old images that turn from right to wrong, cost";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("base", "K", "classes of the first training (6)"),
        new("step", "S", "classes that join at a time (2)"),
        new("method", "METHOD", "rehearsal (all old images), naive (new images only), joint (anew each time), lda (closed form on the fine-tuned base), frozen (closed form on the pretrained backbone) (rehearsal)"),
        .. FineTuneStudy.Options,
    ];

    public Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        NativeLibraries.Initialize(options.Number("threads", Environment.ProcessorCount));
        var plan = PlanOptions.Read(options);
        var method = options.Text("method") ?? Methods[0];
        if (!Methods.Contains(method))
        {
            throw new BenchmarkUsageException($"There is no method '{method}'. Take one of: {string.Join(", ", Methods)}.");
        }
        using var study = new FineTuneStudy(options, log, stop);
        var (first, step) = (options.Number("base", 6, 2), options.Number("step", 2));
        int[] stages = [.. Enumerable.Range(0, study.ClassNames.Count).Select(index => first + (index * step)).TakeWhile(count => count < study.ClassNames.Count), study.ClassNames.Count];
        var steps = new Steps(study, plan, method);
        foreach (var classes in stages)
        {
            stop.ThrowIfCancellationRequested();
            steps.To(classes);
            study.Log($"{classes} classes: accuracy {steps.Results[^1].Metrics.Accuracy:F4}");
        }

        var last = steps.Results[^1].Metrics;
        var figures = new Figures().Add("method", method).Add("side_px", (long)plan.SidePx).Add("seed", (long)plan.Seed);
        foreach (var result in steps.Results)
        {
            figures.Add($"accuracy_{result.Classes}_classes_share", result.Metrics.Accuracy);
        }
        return Task.FromResult(figures
            .Add("average_forgetting_share", steps.Forgetting())
            .Add("most_right_to_wrong_share", steps.Results.Zip(steps.Results.Skip(1), Broken).DefaultIfEmpty(0).Max())
            .Add("test_images", (long)last.Count)
            .Add("images_trained_after_base", steps.ImagesAfterBase)
            .Add("seconds_after_base", steps.AfterBase.TotalSeconds)
            .Add("base_seconds", steps.Base.TotalSeconds)
            .Add("peak_memory_bytes", Process.GetCurrentProcess().PeakWorkingSet64));
    }

    /// <summary>Share of the old classes' test images that the step turns from right to wrong.</summary>
    private static double Broken(StepResult before, StepResult after)
    {
        var old = Enumerable.Range(0, after.Targets.Length).Where(row => after.Targets[row] < before.Classes).ToArray();
        // Test pictures come class after class, so the old ones stand in the same order before and after.
        return old.Where((row, index) => before.IsRight(index) && !after.IsRight(row)).Count() / (double)old.Length;
    }

    private sealed record StepResult(int Classes, int[] Targets, float[] Probabilities, EvaluationMetrics Metrics)
    {
        public bool IsRight(int row) => ModelEvaluation.Predicted(Probabilities.AsSpan(row * Classes, Classes)) == Targets[row];
    }

    private sealed class Steps(FineTuneStudy study, TrainingPlan plan, string method)
    {
        private FineTuneResult? _model;

        public List<StepResult> Results { get; } = [];

        public long ImagesAfterBase { get; private set; }

        public TimeSpan AfterBase { get; private set; }

        public TimeSpan Base { get; private set; }

        /// <summary>Mean drop of a class's recall from its best to the end, over the classes that were there before the last step.</summary>
        public double Forgetting() => Results.Count < 2 ? 0 : Enumerable.Range(0, Results[^2].Classes).Average(index =>
            Results.SkipLast(1).Where(result => index < result.Classes).Max(result => result.Metrics.Classes[index].Recall) - Results[^1].Metrics.Classes[index].Recall);

        public void To(int classes)
        {
            var start = Stopwatch.GetTimestamp();
            var before = _model?.Head.Classes.Count ?? 0;
            var isClosedForm = method == "frozen" || (method == "lda" && _model is not null);
            if (!isClosedForm)
            {
                _model = Train(before, classes);
            }
            var backbone = method == "frozen" ? study.Pretrained : _model!.Backbone;
            Func<EmbeddingSet, float[]> answer = isClosedForm ? ClosedForm(backbone, classes) : images => FineTuneStudy.Probabilities(_model!.Head, images);
            var spent = Stopwatch.GetElapsedTime(start);
            (Base, AfterBase) = Results.Count == 0 ? (spent, default) : (Base, AfterBase + spent);
            var test = study.Embed(backbone, [.. study.Test.Where(image => image.Target < classes)], plan.SidePx);
            var probabilities = answer(test);
            Results.Add(new(classes, test.Targets, probabilities, ModelEvaluation.Compute(test.Targets, probabilities, classes)));
        }

        private FineTuneResult Train(int before, int classes)
        {
            var isFirst = _model is null || method == "joint";
            bool Takes(LabelledImage image) => image.Target < classes && (method != "naive" || image.Target >= before);
            var count = study.Train.Count(Takes);
            var epochs = isFirst ? plan.Epochs : Math.Min(plan.Epochs, TrainingPlan.ForAddedClasses(count).Epochs);
            var start = isFirst ? LinearHead.Zero(FineTuneStudy.Classes(classes), FineTuneStudy.Descriptor.EmbeddingSize) : Grow(classes, Takes);
            var done = 0;
            var model = study.Fit(plan with { Epochs = epochs }, isFirst ? study.Pretrained : _model!.Backbone, start, Takes, happened => done += happened is EpochCompleted ? 1 : 0);
            ImagesAfterBase += Results.Count == 0 ? 0 : (long)done * count;
            return model;
        }

        private LinearHead Grow(int classes, Func<LabelledImage, bool> takes)
        {
            var grown = FineTuneStudy.Classes(classes);
            var embeddings = study.Embed(_model!.Backbone, [.. study.Train.Where(takes)], plan.SidePx);
            return _model.Head.GrowTo(grown, FineTuneStudy.Solve(embeddings, grown).ToRowsFor(_model.Head, grown, embeddings.Embeddings, embeddings.Count));
        }

        private Func<EmbeddingSet, float[]> ClosedForm(WeightFile backbone, int classes)
        {
            var map = FineTuneStudy.Classes(classes);
            var solution = FineTuneStudy.Solve(study.Embed(backbone, [.. study.Train.Where(image => image.Target < classes)], plan.SidePx), map);
            return images => FineTuneStudy.Probabilities(solution, images);
        }
    }
}
