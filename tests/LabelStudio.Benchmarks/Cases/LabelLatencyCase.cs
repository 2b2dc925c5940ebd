using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>What the server does between a key press and the next image, while the live head learns in the background.</summary>
internal sealed class LabelLatencyCase : IBenchmarkCase
{
    public string Name => "label-latency";

    public string Purpose => "milliseconds of saving a label, taking the next image and its suggestion, without browser and HTTP";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("images", "N", "unlabelled images (10000)"),
        new("classes", "C", "classes (10)"),
        new("labels", "N", "labels to measure (200)"),
        new("pause", "MS", "pause of the annotator between labels in milliseconds (100)"),
        new("seed", "N", "seed of the drawn embeddings (1)"),
        new("training", "yes", "instead: milliseconds from sending a label over HTTP until it is saved, before and while a real run trains on the same machine"),
        new("trainer-threads", "N", "threads of the trainer, with training (half the cores)"),
    ];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var (images, classes, labels) = (options.Number("images", 10_000, 100), options.Number("classes", 10, 2), options.Number("labels", 200));
        var pause = TimeSpan.FromMilliseconds(options.Number("pause", 100, 0));
        int? trainerThreads = options.Text("trainer-threads") is null ? null : options.Number("trainer-threads", 1);
        if (options.Text("training") is not null)
        {
            return await WhileTrainingAsync(labels, pause, trainerThreads, log, stop);
        }
        if (trainerThreads is not null)
        {
            throw new BenchmarkUsageException("Option '--trainer-threads' says something only with '--training yes'.");
        }
        await using var studio = await LabellingStudio.CreateAsync(images, classes, options.Number("seed", 1), log, stop);
        var queue = studio.Get<LabellingQueue>();
        var suggestions = studio.Get<SuggestionService>();
        var (save, next, suggest, whole) = (new Latencies(), new Latencies(), new Latencies(), new Latencies());
        var task = (await queue.TakeAsync(studio.UserId, studio.ProjectId, QueueOrder.Uncertain, 1, [], [], stop))[0];
        for (var label = 0; label < labels; label++)
        {
            var pressed = Stopwatch.GetTimestamp();
            await studio.LabelAsync(task.ImageId, task.LabelVersion, stop);
            save.Add(Stopwatch.GetElapsedTime(pressed));
            var saved = Stopwatch.GetTimestamp();
            task = (await queue.TakeAsync(studio.UserId, studio.ProjectId, QueueOrder.Uncertain, 1, [], [], stop))[0];
            next.Add(Stopwatch.GetElapsedTime(saved));
            var taken = Stopwatch.GetTimestamp();
            await suggestions.SuggestAsync(studio.UserId, studio.ProjectId, [task.ImageId], stop);
            suggest.Add(Stopwatch.GetElapsedTime(taken));
            whole.Add(Stopwatch.GetElapsedTime(pressed));
            await Task.Delay(pause, stop);
        }
        var figures = new Figures().Add("images", (long)images).Add("classes", (long)classes).Add("labels", (long)labels);
        save.AddTo(figures, "save");
        next.AddTo(figures, "take_next");
        suggest.AddTo(figures, "suggest");
        whole.AddTo(figures, "key_to_next");
        return figures.Add("cores", (long)Environment.ProcessorCount);
    }

    private static async Task<Figures> WhileTrainingAsync(int labels, TimeSpan pause, int? trainerThreads, TextWriter log, CancellationToken stop)
    {
        await using var server = await TrainingServer.StartAsync(trainerThreads, log, stop);
        var figures = new Figures().Add("labels", (long)labels).Add("trainer_threads", (long)server.TrainerThreads);
        (await SaveAsync(server, labels, pause, stop)).AddTo(figures, "idle_save");
        await log.WriteLineAsync("Waiting for a run to train ...");
        var runId = await server.TrainAsync(stop);
        await log.WriteLineAsync("Measuring ...");
        (await SaveAsync(server, labels, pause, stop)).AddTo(figures, "training_save");
        var view = server.Monitor.Snapshot(runId);
        return view.State == RunState.Running
            ? figures.Add("training_images_per_second", view.LastBatch?.ImagesPerSecond ?? double.NaN).Add("device", view.Started?.Device ?? "").Add("cores", (long)Environment.ProcessorCount)
            : throw new InvalidOperationException($"The run was {view.State} before the measuring ended: {view.LogTail switch { [.., var last] => last.Text, _ => "" }}");
    }

    private static async Task<Latencies> SaveAsync(TrainingServer server, int labels, TimeSpan pause, CancellationToken stop)
    {
        var latencies = new Latencies();
        for (var label = 0; label < labels; label++)
        {
            var (image, classId) = (server.ImageIds[label % server.ImageIds.Count], server.ClassIds[label % server.ClassIds.Count]);
            var pressed = Stopwatch.GetTimestamp();
            await server.LabelAsync(image, classId, stop);
            latencies.Add(Stopwatch.GetElapsedTime(pressed));
            await Task.Delay(pause, stop);
        }
        return latencies;
    }
}
