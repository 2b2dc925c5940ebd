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
        new("warm-up", "N", "more images, labelled first, whose cost is told apart: the runtime compiles, counts and compiles better what it meets (4000)"),
        new("classes", "C", "classes (10)"),
        new("seed", "N", "seed of the drawn embeddings (1)"),
    ];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var (clients, images, warmUp) = (options.Number("clients", 8), options.Number("images", 2000, 10), options.Number("warm-up", 4000, 0));
        await using var studio = await LabellingStudio.CreateAsync(images + warmUp, options.Number("classes", 10, 2), options.Number("seed", 1), log, stop);
        var people = new List<Guid>();
        for (var client = 0; client < clients; client++)
        {
            people.Add(await studio.AddPersonAsync());
        }

        var handedOut = new ConcurrentBag<long>();
        var (coldLabels, _, coldCpu) = await LabelAsync(studio, people, handedOut, warmUp, stop);
        var (labels, elapsed, cpu) = await LabelAsync(studio, people, handedOut, int.MaxValue, stop);
        return new Figures()
            .Add("clients", (long)clients)
            .Add("images", (long)images)
            .Add("labels", (long)labels)
            .Add("handed_out_twice", (long)(handedOut.Count - handedOut.Distinct().Count()))
            .Add("labels_per_second", labels / elapsed.TotalSeconds)
            .Add("cpu_ms_per_label", cpu.TotalMilliseconds / Math.Max(1, labels))
            .Add("warm_up_labels", (long)coldLabels)
            .Add("warm_up_cpu_ms_per_label", coldCpu.TotalMilliseconds / Math.Max(1, coldLabels))
            .Add("cores", (long)Environment.ProcessorCount);
    }

    private static async Task<(int Labels, TimeSpan Elapsed, TimeSpan Cpu)> LabelAsync(
        LabellingStudio studio, List<Guid> people, ConcurrentBag<long> handedOut, int atMost, CancellationToken stop)
    {
        using var process = Process.GetCurrentProcess();
        var (before, cpuBefore, start) = (handedOut.Count, process.TotalProcessorTime, Stopwatch.GetTimestamp());
        var left = atMost;
        await Task.WhenAll(people.Select(person => Task.Run(() => LabelAllAsync(studio, person, handedOut, () => Interlocked.Decrement(ref left) >= 0, stop), stop)));
        var elapsed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        return (handedOut.Count - before, elapsed, process.TotalProcessorTime - cpuBefore);
    }

    private static async Task LabelAllAsync(
        LabellingStudio studio, Guid person, ConcurrentBag<long> handedOut, Func<bool> goesOn, CancellationToken stop)
    {
        var queue = studio.Get<LabellingQueue>();
        while (goesOn() && await queue.TakeAsync(person, studio.ProjectId, QueueOrder.Uncertain, 1, [], [], stop) is [var task, ..])
        {
            handedOut.Add(task.ImageId);
            await studio.LabelAsync(task.ImageId, task.LabelVersion, stop, person);
        }
    }
}
