using System.Collections.Concurrent;
using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>Several people label one project at once through the services, without browsers and HTTP.</summary>
internal sealed class AnnotatorsCase : IBenchmarkCase
{
    public string Name => "annotators";

    public string Purpose => "labels a second and images handed out twice, with several people in one project";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("clients", "N", "people who label at once (8)"),
        new("images", "N", "unlabelled images (2000)"),
        new("classes", "C", "classes (10)"),
        new("seed", "N", "seed of the drawn embeddings (1)"),
    ];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var (clients, images) = (options.Number("clients", 8), options.Number("images", 2000, 10));
        await using var studio = await LabellingStudio.CreateAsync(images, options.Number("classes", 10, 2), options.Number("seed", 1), log, stop);
        var people = new List<Guid>();
        for (var client = 0; client < clients; client++)
        {
            people.Add(await studio.AddPersonAsync());
        }

        var handedOut = new ConcurrentBag<long>();
        using var process = Process.GetCurrentProcess();
        var (cpuBefore, start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.WhenAll(people.Select(person => Task.Run(() => LabelAllAsync(studio, person, handedOut, stop), stop)));
        var elapsed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        var cpu = process.TotalProcessorTime - cpuBefore;
        var figures = new Figures().Add("clients", (long)clients).Add("images", (long)images).Add("labels", (long)handedOut.Count);
        figures.Add("handed_out_twice", (long)(handedOut.Count - handedOut.Distinct().Count()));
        figures.Add("labels_per_second", handedOut.Count / elapsed.TotalSeconds);
        figures.Add("cpu_ms_per_label", cpu.TotalMilliseconds / Math.Max(1, handedOut.Count));
        return figures.Add("cores", (long)Environment.ProcessorCount);
    }

    private static async Task LabelAllAsync(LabellingStudio studio, Guid person, ConcurrentBag<long> handedOut, CancellationToken stop)
    {
        var queue = studio.Get<LabellingQueue>();
        while (await queue.TakeAsync(person, studio.ProjectId, QueueOrder.Uncertain, 1, [], stop) is [var task, ..])
        {
            handedOut.Add(task.ImageId);
            await studio.LabelAsync(task.ImageId, task.LabelVersion, stop, person);
        }
    }
}
