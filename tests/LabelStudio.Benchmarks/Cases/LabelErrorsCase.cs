using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.LabelErrors;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Tests;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>Flips labels and says how many of them the label error search puts first, and how long it takes.</summary>
internal sealed class LabelErrorsCase : IBenchmarkCase
{
    public string Name => "label-errors";

    public string Purpose => "precision and recall of the label error search on flipped labels, and its time";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("data", "DIR", "class folders, or train and test folders of class folders"),
        new("flip", "PERCENT", "labels to flip (5)"),
        new("backbone", "B", "pretrained, or tuned: fine-tuned on the flipped labels first, as a promoted model's is (pretrained)"),
        new("side", "PX", "side of the prepared picture (224, of a tuned backbone 160)"),
        new("threads", "N", "threads (number of cores)"),
        new("seed", "N", "seed of the flips (1)"),
    ];

    public Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var threads = options.Number("threads", Environment.ProcessorCount);
        NativeLibraries.Initialize(threads);
        var pictures = Load(options.RequiredFolder("data"));
        var classes = pictures.ClassNames.Count;
        if (classes < 2)
        {
            throw new BenchmarkUsageException("A label can only be flipped between two or more class folders.");
        }

        var count = Math.Max(1, pictures.Files.Count * Math.Min(options.Number("flip", 5), 50) / 100);
        var labels = FlippedLabels.Draw(pictures.Targets, classes, count, options.Number("seed", 1));
        var images = Embed(pictures, labels, options, threads, log, stop);
        var start = Stopwatch.GetTimestamp();
        var outOfSample = OutOfSample.CrossValidate(
            ClassIndexMap.Of(images.ClassIds), labels.Given, images.Row, images.EmbeddingSize, OutOfSample.DefaultFolds, seed: 1, stop);
        var findings = LabelErrorFindings.Of(labels.Given, outOfSample.Probabilities, classes, LabelErrorFindings.DefaultLeastImages);
        var elapsed = Stopwatch.GetElapsedTime(start);

        var listed = findings.Candidates;
        var found = listed.Where(candidate => labels.Flipped.Contains(candidate.Image)).ToList();
        return Task.FromResult(new Figures()
            .Add("images", (long)images.Count)
            .Add("classes", (long)classes)
            .Add("too_few_to_judge_classes", (long)findings.TooFewToJudge.Count)
            .Add("flipped_labels", (long)count)
            .Add("listed_labels", (long)listed.Count)
            .Add("precision_at_half_flipped_share", Precision(listed, labels, Math.Max(1, count / 2)))
            .Add("precision_at_flipped_share", Precision(listed, labels, count))
            .Add("recall_at_flipped_share", Found(listed, labels, count) / (double)count)
            .Add("precision_listed_share", listed.Count == 0 ? 0 : found.Count / (double)listed.Count)
            .Add("recall_listed_share", found.Count / (double)count)
            .Add("suggested_true_class_share", found.Count == 0 ? 0 : found.Count(candidate => candidate.Suggested == images.Targets[candidate.Image]) / (double)found.Count)
            .Add("temperature_ratio", outOfSample.Temperature)
            .Add("search_seconds", elapsed.TotalSeconds));
    }

    private static LabelledFolder Load(string folder)
    {
        string[] splits = [.. new[] { "train", "validation", "test" }.Select(name => Path.Combine(folder, name)).Where(Directory.Exists)];
        var parts = (splits.Length == 0 ? [folder] : splits).Select(LabelledFolder.Of).ToList();
        return parts.All(part => part.ClassNames.SequenceEqual(parts[0].ClassNames))
            ? new LabelledFolder(parts[0].ClassNames, [.. parts.SelectMany(part => part.Files)], [.. parts.SelectMany(part => part.Targets)])
            : throw new BenchmarkUsageException($"The splits of '{folder}' hold different class folders.");
    }

    private static EmbeddedImages Embed(
        LabelledFolder pictures, FlippedLabels labels, BenchmarkOptions options, int threads, TextWriter log, CancellationToken stop)
    {
        switch (options.Text("backbone"))
        {
            case null or "pretrained":
                using (var backbone = new Backbone(options.Number("side", 224, 32), threads))
                {
                    return EmbeddedImages.Of(pictures, backbone, log, stop);
                }
            case "tuned":
                var plan = TrainingPlan.Balanced with { SidePx = options.Number("side", TrainingPlan.Balanced.SidePx, 64) };
                LabelledImage[] given = [.. pictures.Files.Zip(labels.Given, (file, target) => new LabelledImage(file, target))];
                using (var study = new FineTuneStudy(pictures.ClassNames, given, [], WeightFile.Read(Backbone.WeightsPath()), stop))
                {
                    var model = study.Fit(plan, study.Pretrained, FineTuneStudy.ZeroHead(pictures.ClassNames.Count), _ => true, _ => { });
                    var embedded = study.Embed(model.Backbone, given, plan.SidePx);
                    return new EmbeddedImages(embedded.EmbeddingSize, embedded.Embeddings, pictures.Targets, pictures.ClassNames);
                }
            case var other:
                throw new BenchmarkUsageException($"There is no backbone '{other}'. Take pretrained or tuned.");
        }
    }

    private static int Found(IReadOnlyList<LabelErrorCandidate> listed, FlippedLabels labels, int first) =>
        listed.Take(first).Count(candidate => labels.Flipped.Contains(candidate.Image));

    private static double Precision(IReadOnlyList<LabelErrorCandidate> listed, FlippedLabels labels, int first) =>
        listed.Count == 0 ? 0 : Found(listed, labels, first) / (double)Math.Min(first, listed.Count);
}
