using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.LabelOrder;
using LabelStudio.Learning.Native;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>
/// What the order of labelling is worth: test accuracy after so many labels, given in the program's order (k-means start,
/// then the smallest margins, spread out) and in random order.
/// </summary>
internal sealed class LabelOrderCase : IBenchmarkCase
{
    private const int Centres = 20;
    private static readonly int[] s_stops = [20, 50, 100, 200, 500];

    public string Name => "label-order";

    public string Purpose => "accuracy after 20, 50, 100, 200 and 500 labels in the program's order against random order";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("train", "DIR", "class folders to label from"),
        new("test", "DIR", "class folders to test on, the same classes"),
        new("data", "DIR", "instead of both: class folders, split by content hash 4 : 1"),
        new("side", "PX", "side of the prepared picture (224)"),
        new("threads", "N", "threads (number of cores)"),
        new("seeds", "N", "seeds to average over (3)"),
        new("batch", "N", "labels given between two updates of the order (10)"),
    ];

    public Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var threads = options.Number("threads", Environment.ProcessorCount);
        NativeLibraries.Initialize(threads);
        var (train, test) = TrainAndTest.Load(options, threads, log, stop);
        var (seeds, batch) = (options.Number("seeds", 3), options.Number("batch", 10));
        var figures = new Figures()
            .Add("train_images", (long)train.Count)
            .Add("test_images", (long)test.Count)
            .Add("seeds", (long)seeds);
        var ordered = new double[s_stops.Length];
        var random = new double[s_stops.Length];
        for (var seed = 1; seed <= seeds; seed++)
        {
            log.WriteLine($"seed {seed} of {seeds}");
            Accumulate(ordered, InProgramOrder(train, test, seed, batch, stop), seeds);
            Accumulate(random, InRandomOrder(train, test, seed), seeds);
        }

        for (var index = 0; index < s_stops.Length; index++)
        {
            figures.Add($"accuracy_after_{s_stops[index]}_labels_share", ordered[index]);
            figures.Add($"accuracy_after_{s_stops[index]}_random_labels_share", random[index]);
        }

        return Task.FromResult(figures);
    }

    private static void Accumulate(double[] sums, double[] values, int seeds)
    {
        for (var index = 0; index < sums.Length; index++)
        {
            sums[index] += values[index] / seeds;
        }
    }

    private static double[] InRandomOrder(EmbeddedImages train, EmbeddedImages test, int seed)
    {
        var rows = Enumerable.Range(0, train.Count).ToArray();
        new Random(seed).Shuffle(rows);
        var accuracies = new double[s_stops.Length];
        var head = new StreamingLdaHead(train.EmbeddingSize);
        var labelled = 0;
        for (var index = 0; index < s_stops.Length; index++)
        {
            Learn(head, train, rows.AsSpan(labelled, Math.Max(0, Math.Min(s_stops[index], rows.Length) - labelled)));
            labelled = Math.Min(s_stops[index], rows.Length);
            accuracies[index] = Accuracy(head, train, test);
        }

        return accuracies;
    }

    private static double[] InProgramOrder(EmbeddedImages train, EmbeddedImages test, int seed, int batch, CancellationToken stop)
    {
        var accuracies = new double[s_stops.Length];
        var head = new StreamingLdaHead(train.EmbeddingSize);
        var unlabelled = Enumerable.Range(0, train.Count).ToList();
        var labelled = 0;
        for (var index = 0; index < s_stops.Length; index++)
        {
            while (labelled < s_stops[index] && unlabelled.Count > 0)
            {
                stop.ThrowIfCancellationRequested();
                var next = labelled == 0
                    ? LabelOrdering.Diverse(train.Row, train.Count, Centres, seed, stop)
                    : Uncertain(head.Solve()!, train, unlabelled, Math.Min(batch, s_stops[index] - labelled));
                Learn(head, train, next);
                unlabelled = [.. unlabelled.Except(next)];
                labelled += next.Length;
            }

            accuracies[index] = Accuracy(head, train, test);
        }

        return accuracies;
    }

    /// <summary>The next few of the queue, of which several times as many uncertain ones were spread out.</summary>
    private static int[] Uncertain(LdaSolution solution, EmbeddedImages train, List<int> unlabelled, int count)
    {
        var images = train.Pick(unlabelled);
        var probabilities = new float[images.Count * solution.Classes.Count];
        solution.Probabilities(images.Embeddings, images.Count, probabilities);
        var margins = new float[images.Count];
        for (var row = 0; row < images.Count; row++)
        {
            var values = probabilities.AsSpan(row * solution.Classes.Count, solution.Classes.Count).ToArray();
            Array.Sort(values);
            margins[row] = values.Length > 1 ? values[^1] - values[^2] : 0;
        }

        return [.. LabelOrdering.MostUncertain(margins, images.Row, spread: count * 3).Take(count).Select(row => unlabelled[row])];
    }

    private static void Learn(StreamingLdaHead head, EmbeddedImages train, ReadOnlySpan<int> rows)
    {
        var images = train.Pick(rows.ToArray());
        head.AddRange([.. images.Targets.Select(target => train.ClassIds[target])], images.Embeddings);
    }

    private static double Accuracy(StreamingLdaHead head, EmbeddedImages train, EmbeddedImages test)
    {
        var classIds = train.ClassIds;
        var logits = new float[test.Count * classIds.Length];
        LiveHeadScores.Write(head.Solve()!, classIds, test, logits);
        return test.Targets.Where((target, row) => ModelEvaluation.Predicted(logits.AsSpan(row * classIds.Length, classIds.Length)) == target).Count()
            / (double)test.Count;
    }
}
