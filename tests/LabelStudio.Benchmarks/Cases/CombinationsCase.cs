using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>Images that show several classes: what shared rows give against a row for each combination and against independent classifiers.</summary>
internal sealed class CombinationsCase : IBenchmarkCase
{
    public string Name => "combinations";

    public string Purpose => "exact match and macro-F1 where images show several classes: rows of their own, shared rows, independent classifiers; a class that joins later";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("train", "DIR", "class folders to learn from"),
        new("test", "DIR", "class folders to test on, the same classes"),
        new("side", "PX", "side of the prepared picture (128)"),
        new("rare", "N", "training images of a rare combination (3)"),
        new("seeds", "N", "projects that are drawn (3)"),
        new("threads", "N", "threads (number of cores)"),
    ];

    public Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var threads = options.Number("threads", Environment.ProcessorCount);
        NativeLibraries.Initialize(threads);
        var (train, test) = (LabelledFolder.Of(options.RequiredFolder("train")), LabelledFolder.Of(options.RequiredFolder("test")));
        if (!train.ClassNames.SequenceEqual(test.ClassNames) || train.ClassNames.Count < 6)
        {
            throw new BenchmarkUsageException("The two folders must hold the same class folders, six or more.");
        }

        using var backbone = new Backbone(options.Number("side", 128, 32), threads);
        var pictures = CompositePictures.Make(train, test, CombinationStudy.Sets, trainEach: 48, testEach: 16, seed: 1, backbone, log, stop);
        var (rare, seeds) = (options.Number("rare", 3), options.Number("seeds", 3));
        var scores = new Dictionary<string, List<CombinationScores>> { ["own_rows"] = [], ["shared_rows"] = [], ["independent"] = [] };
        var growths = new List<CombinationGrowth>();
        string[] parts = [];
        for (var seed = 1; seed <= seeds; seed++)
        {
            var study = new CombinationStudy(pictures, rare, seed, stop);
            var plan = TrainingPlan.Quick with { Seed = seed };
            scores["own_rows"].Add(study.Learn(plan, sharesRows: false));
            scores["shared_rows"].Add(study.Learn(plan, sharesRows: true));
            scores["independent"].Add(study.LearnIndependently(plan));
            growths.Add(study.Grow(plan));
            parts = [.. study.Parts];
            log.WriteLine($"seed {seed}: {growths[^1]}");
            log.WriteLine($"seed {seed}: {string.Join("; ", scores.Select(pair => $"{pair.Key} {string.Join(" ", parts.Select(part => $"{part} {pair.Value[^1].ExactMatch(part):F3}"))} F1 {pair.Value[^1].MacroF1():F3}"))}");
        }

        var figures = new Figures().Add("seeds", (long)seeds).Add("rare_images", (long)rare);
        foreach (var (way, ofWay) in scores)
        {
            foreach (var part in parts)
            {
                figures.Add($"{way}_{part}_exact_match_share", ofWay.Average(item => item.ExactMatch(part)));
            }

            figures.Add($"{way}_among_well_known_exact_match_share", ofWay.Average(item => item.ExactMatchAmong("alone", "common")));
            figures.Add($"{way}_macro_f1_share", ofWay.Average(item => item.MacroF1()));
        }

        return Task.FromResult(figures
            .Add("increment_old_rows_changed", (long)growths.Sum(item => item.ChangedRows))
            .Add("increment_old_labels_before_share", growths.Average(item => item.OldBefore))
            .Add("increment_old_labels_grown_share", growths.Average(item => item.OldGrown))
            .Add("increment_old_labels_after_share", growths.Average(item => item.OldAfter))
            .Add("increment_new_labels_grown_share", growths.Average(item => item.NewGrown))
            .Add("increment_new_labels_after_share", growths.Average(item => item.NewAfter))
            .Add("joint_old_labels_share", growths.Average(item => item.OldJoint))
            .Add("joint_new_labels_share", growths.Average(item => item.NewJoint)));
    }
}
