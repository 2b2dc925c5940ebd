using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>Accuracy of the live head with all train labels given, time to fit, and streaming against all at once.</summary>
internal sealed class LiveHeadCase : IBenchmarkCase
{
    public string Name => "live-head";

    public string Purpose => "accuracy of the live head, seconds to fit, difference between streaming in random order and all at once";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("train", "DIR", "class folders to learn from"),
        new("test", "DIR", "class folders to test on, the same classes"),
        new("data", "DIR", "instead of both: class folders, split by content hash 4 : 1"),
        new("side", "PX", "side of the prepared picture (224)"),
        new("threads", "N", "threads (number of cores)"),
        new("seed", "N", "seed of the random order (1)"),
    ];

    public Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var threads = options.Number("threads", Environment.ProcessorCount);
        NativeLibraries.Initialize(threads);
        var (train, test) = TrainAndTest.Load(options, threads, log, stop);
        var classIds = train.ClassIds;

        var start = Stopwatch.GetTimestamp();
        var head = new StreamingLdaHead(train.EmbeddingSize);
        head.AddRange([.. train.Targets.Select(target => classIds[target])], train.Embeddings);
        var solution = head.Solve()!;
        var fit = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        head.Solve();
        var solve = Stopwatch.GetElapsedTime(start);

        var logits = new float[test.Count * train.ClassNames.Count];
        start = Stopwatch.GetTimestamp();
        LiveHeadScores.Write(solution, classIds, test, logits);
        var score = Stopwatch.GetElapsedTime(start);
        TemperatureScaling.Softmax(logits, classIds.Length, test.Count, solution.Temperature);
        var metrics = ModelEvaluation.Compute(test.Targets, logits, classIds.Length);

        var (streamed, addMilliseconds) = Stream(train, classIds, options.Number("seed", 1), stop);
        return Task.FromResult(new Figures()
            .Add("train_images", (long)train.Count)
            .Add("test_images", (long)test.Count)
            .Add("classes", (long)classIds.Length)
            .Add("accuracy_share", metrics.Accuracy)
            .Add("accuracy_low_share", metrics.AccuracyLow)
            .Add("accuracy_high_share", metrics.AccuracyHigh)
            .Add("macro_f1_share", metrics.MacroF1)
            .Add("calibration_error_share", metrics.ExpectedCalibrationError)
            .Add("temperature_ratio", solution.Temperature)
            .Add("fit_seconds", fit.TotalSeconds)
            .Add("solve_milliseconds", solve.TotalMilliseconds)
            .Add("add_one_milliseconds", addMilliseconds)
            .Add("score_images_per_second", test.Count / score.TotalSeconds)
            .Add("streaming_relative_difference_ratio", RelativeDifference(solution, streamed)));
    }

    /// <summary>Learns in random order, with a wrong label and a detour for every fifth image that is then put right.</summary>
    private static (LdaSolution Solution, double AddMilliseconds) Stream(EmbeddedImages train, Guid[] classIds, int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        var order = Enumerable.Range(0, train.Count).ToArray();
        random.Shuffle(order);
        var head = new StreamingLdaHead(train.EmbeddingSize);
        var start = Stopwatch.GetTimestamp();
        var operations = 0;
        foreach (var row in order)
        {
            stop.ThrowIfCancellationRequested();
            var classId = classIds[train.Targets[row]];
            var embedding = train.Row(row).Span;
            var other = classIds[random.Next(classIds.Length)];
            if (row % 5 == 0)
            {
                head.Add(other, embedding);
                head.Remove(other, embedding);
                head.Add(other, embedding);
                head.Relabel(other, classId, embedding);
                operations += 3;
            }
            else
            {
                head.Add(classId, embedding);
                operations++;
            }
        }

        return (head.Solve()!, Stopwatch.GetElapsedTime(start).TotalMilliseconds / operations);
    }

    private static double RelativeDifference(LdaSolution expected, LdaSolution actual) =>
        expected.Weight.Zip(actual.Weight, (left, right) => Math.Abs(left - right)).Max() / expected.Weight.Max(Math.Abs);
}
