using System.Diagnostics;
using System.Globalization;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>
/// What 10, 100 and 1,000 classes cost: a solve of the live head, scores of it and of a trained head, and training a head, on
/// drawn embeddings; an epoch of fine-tuning, on drawn pictures.
/// </summary>
internal sealed class ClassesCase : IBenchmarkCase
{
    private const int EmbeddingSize = 1280;
    private const int Scored = 1000;

    public string Name => "classes";

    public string Purpose => "milliseconds of a solve, images scored and images trained on per second, by head and by fine-tuning, and its peak memory, with 10, 100 and 1,000 classes";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("images", "N", "images that the live head has learned (5000)"),
        new("pictures", "N", "drawn pictures of a fine-tuning (1000)"),
        new("threads", "N", "threads (number of cores)"),
        new("seed", "N", "seed of the drawn embeddings (1)"),
    ];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var (threads, pictures) = (options.Number("threads", Environment.ProcessorCount), options.Number("pictures", 1000, 1000));
        NativeLibraries.Initialize(threads);
        var images = options.Number("images", 5000, 1000);
        var random = new Random(options.Number("seed", 1));
        var embeddings = new float[images * EmbeddingSize];
        for (var index = 0; index < embeddings.Length; index++)
        {
            embeddings[index] = random.NextSingle();
        }
        var figures = new Figures().Add("images", (long)images);
        foreach (var classes in (int[])[10, 100, 1000])
        {
            stop.ThrowIfCancellationRequested();
            Measure(figures, embeddings, images, classes, stop);
            await log.WriteLineAsync($"{classes} classes: fine-tuning {pictures} pictures in a process of its own ...");
            await MeasureFineTuningAsync(figures, classes, pictures, threads, stop);
        }
        return figures.Add("peak_memory_bytes", Process.GetCurrentProcess().PeakWorkingSet64);
    }

    private static async Task MeasureFineTuningAsync(Figures figures, int classes, int pictures, int threads, CancellationToken stop)
    {
        var measured = await OwnProcess.RunAsync(
            ["class-fine-tune", "--classes", Text(classes), "--pictures", Text(pictures), "--threads", Text(threads)], stop);
        figures
            .Add($"fine_tuning_{classes}_classes_images_per_second", measured.GetProperty("images_per_second").GetDouble())
            .Add($"fine_tuning_{classes}_classes_peak_memory_bytes", measured.GetProperty("peak_memory_bytes").GetInt64());

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private static void Measure(Figures figures, float[] embeddings, int images, int classes, CancellationToken stop)
    {
        Guid[] ids = [.. Enumerable.Range(1, classes).Select(number => new Guid(number, 0, 0, new byte[8]))];
        var head = new StreamingLdaHead(EmbeddingSize);
        head.AddRange([.. Enumerable.Range(0, images).Select(index => ids[index % classes])], embeddings);
        head.Solve();
        var start = Stopwatch.GetTimestamp();
        var solution = head.Solve()!;
        var solve = Stopwatch.GetElapsedTime(start);
        var scores = new float[Scored * classes];
        start = Stopwatch.GetTimestamp();
        solution.Logits(embeddings, Scored, scores);
        var live = Stopwatch.GetElapsedTime(start);
        var trained = LinearHead.Zero(ClassIndexMap.Of(ids), EmbeddingSize);
        start = Stopwatch.GetTimestamp();
        trained.Logits(embeddings, Scored, scores);
        var linear = Stopwatch.GetElapsedTime(start);
        int[] targets = [.. Enumerable.Range(0, images).Select(index => index % classes)];
        var training = 0.0;
        HeadTrainer.Run(
            TrainingPlan.Quick with { Epochs = 2 },
            trained,
            new EmbeddingSet(images, EmbeddingSize, embeddings, targets),
            EmbeddingSet.Empty(EmbeddingSize),
            ComputeDevice.Detect(),
            happened => training = happened is EpochCompleted epoch ? epoch.ImagesPerSecond : training,
            TimeProvider.System,
            stop);
        figures
            .Add($"solve_{classes}_classes_milliseconds", solve.TotalMilliseconds)
            .Add($"live_head_{classes}_classes_images_per_second", Scored / live.TotalSeconds)
            .Add($"trained_head_{classes}_classes_images_per_second", Scored / linear.TotalSeconds)
            .Add($"head_training_{classes}_classes_images_per_second", training);
    }
}
