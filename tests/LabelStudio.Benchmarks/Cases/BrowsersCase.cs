using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.EndToEnd.Tests.Hosting;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>Several people label one project at once, each in a browser profile of their own.</summary>
internal sealed class BrowsersCase : IBenchmarkCase
{
    /// <summary>Classes reached by one digit key.</summary>
    private const int MostClasses = 9;

    public string Name => "browsers";

    public string Purpose => "several browsers label one project at once: images handed out twice, labels lost, time from key to paint";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("data", "DIR", "folder of class folders"),
        new("people", "N", "people, each in a browser profile of their own (10)"),
        new("images", "N", "pictures to label (2000)"),
        new("pause", "MS", "pause of each person between labels in milliseconds (1000)"),
    ];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var (people, images) = (options.Number("people", 10), options.Number("images", 2000));
        using var photos = new LabelledPhotos(options.RequiredFolder("data"), MostClasses, (images + MostClasses - 1) / MostClasses);
        var count = photos.FilesOf(photos.Classes).Count;
        await using var lead = await StudioSession.StartWithoutTrainerAsync(stop);
        await using var team = await StudioTeam.InviteAsync(lead, people);
        await log.WriteLineAsync($"{people} people have joined. Uploading {count} pictures and computing their embeddings.");
        var project = await lead.Steps.CreateLabellingProjectAsync("Measured", photos);
        await lead.Steps.WaitForEmbeddingsAsync(project);

        var start = Stopwatch.GetTimestamp();
        var pressed = (await team.LabelAsync(project, photos.Keys, options.Number("pause", 1000, 0))).Sum();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var latencies = new Latencies();
        foreach (var member in team.Members)
        {
            await latencies.AddPaintsAsync(member.Page);
        }

        var figures = new Figures()
            .Add("people", (long)people)
            .Add("images", (long)count)
            .Add("keys_pressed", (long)pressed)
            .Add("images_handed_out_twice", (long)(pressed - count))
            .Add("labels_lost", (long)(count - await lead.Steps.LabelledCountAsync(project)))
            .Add("lock_errors", (long)lead.Server.Log.Split("database is locked").Length - 1)
            .Add("labels_per_second", pressed / seconds);
        latencies.AddTo(figures, "key_to_next_image_painted");
        return figures.Add("cores", (long)Environment.ProcessorCount);
    }
}
