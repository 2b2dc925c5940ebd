using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Pages.Training;

/// <summary>The arithmetic of putting runs side by side. The first run is the one that others are measured against.</summary>
public static class RunComparison
{
    /// <summary>The settings that are not the same in all runs, with each run's value.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Differences(IReadOnlyList<ComparedRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var settings = runs.Select(run => SettingsOf(run).ToDictionary(line => line.Name, line => line.Value)).ToList();
        return
        [
            .. settings.SelectMany(lines => lines.Keys).Distinct()
                .Select(name => (Name: name, Values: (IReadOnlyList<string>)[.. settings.Select(lines => lines.GetValueOrDefault(name, "–"))]))
                .Where(line => line.Values.Distinct().Skip(1).Any()),
        ];
    }

    /// <summary>One curve a run, over its epochs or over the minutes since its trainer began.</summary>
    public static IReadOnlyList<ChartSeries> Curves(IReadOnlyList<ComparedRun> runs, Func<EpochCompleted, double> value, bool overTime) =>
        [.. runs.Select(run => new ChartSeries(run.Name, ChartTone.Run, [.. run.View.Epochs.Select(epoch => new ChartPoint(overTime ? MinutesAt(run, epoch) : epoch.Epoch, value(epoch)))]))];

    private static double MinutesAt(ComparedRun run, EpochCompleted epoch) =>
        Math.Round((epoch.AtUtc - (run.View.Started?.AtUtc ?? run.Details.StartedUtc ?? epoch.AtUtc)).TotalMinutes, 2);

    /// <summary>Why the test figures of the runs can't simply be held against each other; null: they can.</summary>
    public static string? Warning(IReadOnlyList<ComparedRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var tested = runs.Where(run => run.Report?.Metrics is not null).ToList();
        if (tested.Count < 2)
        {
            return null;
        }

        var sets = tested.Select(run => run.Predictions.Select(p => (p.ImageId, p.Target)).ToHashSet()).ToList();
        var common = sets.Aggregate((all, next) => [.. all.Intersect(next)]).Count;
        var isSame = sets.All(set => set.Count == common);
        return isSame
            ? null
            : $"These runs were tested on different images or labels: {Figures.Count(common)} test images are the same in all of them. Accuracy over the same images is in the table below.";
    }

    /// <summary>Accuracy of each run over the test images that all of them share with the same label; null where there are none.</summary>
    public static IReadOnlyList<double?> AccuracyOnCommon(IReadOnlyList<ComparedRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var tested = runs.Where(run => run.Predictions.Count > 0).ToList();
        var common = tested.Count == 0 ? [] : tested.Select(run => run.Predictions.Select(p => (p.ImageId, p.Target))).Aggregate((all, next) => all.Intersect(next)).ToHashSet();
        return [.. runs.Select(run => run.Predictions.Count == 0 || common.Count == 0
            ? (double?)null
            : run.Predictions.Where(p => common.Contains((p.ImageId, p.Target))).Average(p => p.Predicted == p.Target ? 1.0 : 0.0))];
    }

    /// <summary>Images that the first run has right and the other wrong (or, turned round, the other way).</summary>
    public static IReadOnlyList<TestPrediction> Broken(ComparedRun first, ComparedRun other)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(other);
        var right = first.Predictions.Where(p => p.Predicted == p.Target).Select(p => (p.ImageId, p.Target)).ToHashSet();
        return [.. other.Predictions.Where(p => p.Predicted != p.Target && right.Contains((p.ImageId, p.Target))).OrderByDescending(p => p.Probability)];
    }

    private static IEnumerable<(string Name, string Value)> SettingsOf(ComparedRun run) =>
    [
        .. PlanText.Of(run.Details.Plan),
        ("Start", run.Details.ParentModelId?.ToString("N")[..8] ?? "pretrained weights"),
        ("Training images", Figures.Count(run.Details.TrainCount)),
        ("Classes", RunText.Classes(run.Details, saysNew: false)),
        ("Classes left out", RunText.LeftOut(run.Details) ?? "none"),
        ("Dataset snapshot", run.Details.DatasetSnapshotId?.ToString("N")[..8] ?? "–"),
        ("Device", run.Details.Device ?? "–"),
    ];
}
