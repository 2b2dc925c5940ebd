using System.Diagnostics;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Training;

namespace LabelStudio.Tests;

/// <summary>Classes that join in steps, by one way of training.</summary>
/// <param name="study">The pictures.</param>
/// <param name="plan">How to train.</param>
/// <param name="method">One of <see cref="Methods"/>.</param>
/// <param name="trained">A first model that another way of training left, so that it need not be trained again; null: it is trained.</param>
internal sealed class IncrementStudy(FineTuneStudy study, TrainingPlan plan, string method, FineTuneResult? trained = null)
{
    private FineTuneResult? _model;
    private ClosedFormSums? _kept;

    /// <summary>The ways of training, the program's own first: rehearsal where old images are at hand, extension where they are not.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["rehearsal", "extension", "exemplars", "naive", "joint", "lda", "frozen"];

    /// <summary>The model of the last step; null: nothing was trained.</summary>
    public FineTuneResult? Model => _model;

    public List<IncrementResult> Results { get; } = [];

    public long ImagesAfterBase { get; private set; }

    public TimeSpan AfterBase { get; private set; }

    public TimeSpan Base { get; private set; }

    /// <summary>Mean drop of a class's recall from its best to the end, over the classes that were there before the last step.</summary>
    public double Forgetting() => Results.Count < 2 ? 0 : Enumerable.Range(0, Results[^2].Classes).Average(index =>
        Results.SkipLast(1).Where(result => index < result.Classes).Max(result => result.Metrics.Classes[index].Recall) - Results[^1].Metrics.Classes[index].Recall);

    /// <summary>Greatest share of the old classes' test images that a step turned from right to wrong.</summary>
    public double MostBroken() => Results.Zip(Results.Skip(1), (before, after) => after.BrokenShare(before)).DefaultIfEmpty(0).Max();

    /// <summary>How much accuracy on old classes' test images a step cost, on average.</summary>
    public double OldClassDrop() => Results.Zip(Results.Skip(1), (before, after) => after.OldClassDrop(before)).DefaultIfEmpty(0).Average();

    /// <summary>Goes on to this many classes and tests.</summary>
    public void To(int classes)
    {
        var start = Stopwatch.GetTimestamp();
        var before = _model?.Head.Classes.Count ?? 0;
        var isStill = method == "frozen" || (method is "lda" or "extension" && _model is not null);
        if (!isStill)
        {
            _model = Results.Count == 0 && trained is not null ? trained : Train(before, classes);
        }
        if (method == "extension")
        {
            Extend(before, classes);
        }
        var backbone = method == "frozen" ? study.Pretrained : _model!.Backbone;
        Func<EmbeddingSet, float[]> answer = isStill && method != "extension" ? ClosedForm(backbone, classes) : images => FineTuneStudy.Probabilities(_model!.Head, images);
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
        var now = plan with { Rehearsal = method == "exemplars" ? plan.Rehearsal : RehearsalMemory.All };
        var count = study.Train.Where(Takes).GroupBy(image => image.Target)
            .Sum(group => now.Rehearsal == RehearsalMemory.All || group.Key >= before ? group.Count() : Math.Min(group.Count(), now.ExemplarsPerClass));
        var epochs = isFirst || plan.Layers == TrainedLayers.HeadOnly ? plan.Epochs : Math.Min(plan.Epochs, TrainingPlan.ForAddedClasses(count).Epochs);
        var start = isFirst ? FineTuneStudy.ZeroHead(classes) : study.Grow(_model!, classes, Takes, plan.SidePx);
        var done = 0;
        var model = study.Fit(
            now with { Epochs = epochs }, isFirst ? study.Pretrained : _model!.Backbone, start, Takes, happened => done += happened is EpochCompleted ? 1 : 0, isFirst ? 0 : before);
        ImagesAfterBase += Results.Count == 0 ? 0 : (long)done * count;
        return model;
    }

    /// <summary>As a run does it when no old image is left: rows for the new classes beside the old ones, which stay, from sums kept with the model.</summary>
    private void Extend(int before, int classes)
    {
        var map = FineTuneStudy.Classes(classes);
        var train = study.Embed(_model!.Backbone, [.. study.Train.Where(image => image.Target >= before && image.Target < classes)], plan.SidePx);
        var sums = StartSums.Of(train, map, _kept);
        if (before > 0)
        {
            _model = _model with { Head = sums.Grow(_model.Head, map, plan.Seed) };
        }
        _kept = sums.Whole;
    }

    private Func<EmbeddingSet, float[]> ClosedForm(WeightFile backbone, int classes)
    {
        var map = FineTuneStudy.Classes(classes);
        var solution = FineTuneStudy.Solve(study.Embed(backbone, [.. study.Train.Where(image => image.Target < classes)], plan.SidePx), map);
        return images => FineTuneStudy.Probabilities(solution, images);
    }
}
