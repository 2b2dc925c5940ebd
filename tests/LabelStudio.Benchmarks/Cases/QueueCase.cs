using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>From a saved label to the queue re-ordered by a live head that has learned it.</summary>
internal sealed class QueueCase : IBenchmarkCase
{
    private const int FewestLabels = 40;

    public string Name => "queue";

    public string Purpose => "milliseconds from a label to the re-ordered queue, with many unlabelled images";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("images", "N", "unlabelled images (10000)"),
        new("classes", "C", "classes (10)"),
        new("labels", "N", "labels to measure (100)"),
        new("pause", "MS", "pause of the annotator between labels in milliseconds (100)"),
        new("seed", "N", "seed of the drawn embeddings (1)"),
    ];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var (images, classes, labels) = (options.Number("images", 10_000, FewestLabels * 2), options.Number("classes", 10, 2), options.Number("labels", 100));
        var pause = TimeSpan.FromMilliseconds(options.Number("pause", 100, 0));
        await using var studio = await LabellingStudio.CreateAsync(images, classes, options.Number("seed", 1), log, stop);
        var priorities = studio.Get<LabellingPriorities>();
        foreach (var imageId in priorities.Current(studio.ProjectId)!.Take(FewestLabels))
        {
            await studio.LabelAsync(imageId, version: 0, stop);
        }
        await studio.LiveHeads.CatchUpAsync(studio.ProjectId, stop);

        var latencies = new Latencies();
        for (var label = 0; label < labels; label++)
        {
            var imageId = priorities.Current(studio.ProjectId)![0];
            var ordered = OrderedWithoutAsync(studio, priorities, imageId);
            await studio.LabelAsync(imageId, version: 0, stop);
            var saved = Stopwatch.GetTimestamp();
            latencies.Add(Stopwatch.GetElapsedTime(saved, await ordered.WaitAsync(stop)));
            await Task.Delay(pause, stop);
        }
        var figures = new Figures().Add("images", (long)images).Add("classes", (long)classes).Add("labels", (long)labels);
        latencies.AddTo(figures, "label_to_reordered_queue");
        return figures.Add("cores", (long)Environment.ProcessorCount);
    }

    /// <summary>The moment at which an order without the image is there.</summary>
    private static async Task<long> OrderedWithoutAsync(LabellingStudio studio, LabellingPriorities priorities, long imageId)
    {
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = studio.Get<ChangeSignals>().Subscribe(
            studio.ProjectId,
            ChangeTopic.Suggestions,
            () =>
            {
                var now = Stopwatch.GetTimestamp();
                if (!priorities.Current(studio.ProjectId)!.Contains(imageId))
                {
                    done.TrySetResult(now);
                }
                return Task.CompletedTask;
            },
            TimeSpan.Zero);
        return await done.Task;
    }
}
