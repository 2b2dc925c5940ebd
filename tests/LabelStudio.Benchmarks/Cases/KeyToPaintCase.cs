using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.EndToEnd.Tests.Hosting;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>A person labels photographs by keyboard in a real browser on the real program; the page itself takes the time.</summary>
internal sealed class KeyToPaintCase : IBenchmarkCase
{
    /// <summary>Classes reached by one digit key.</summary>
    private const int MostClasses = 9;

    public string Name => "key-to-paint";

    public string Purpose => "milliseconds from a class key to the next image painted, in Chromium on the running program";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("data", "DIR", "folder of class folders"),
        new("images", "N", "pictures to label (300)"),
        new("pause", "MS", "pause of the annotator between labels in milliseconds (150)"),
    ];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var images = options.Number("images", 300);
        using var photos = new LabelledPhotos(options.RequiredFolder("data"), MostClasses, (images + MostClasses - 1) / MostClasses);
        await using var session = await StudioSession.StartWithoutTrainerAsync(stop);
        await log.WriteLineAsync("Uploading the pictures and computing their embeddings.");
        var project = await session.Steps.CreateLabellingProjectAsync("Measured", photos);
        await session.Steps.WaitForEmbeddingsAsync(project);
        await session.Steps.OpenLabellingAsync(project);
        var labelled = await session.Steps.LabelByKeyboardAsync(photos.Keys, images, options.Number("pause", 150, 0));
        await session.Steps.AllSavedAsync();

        var latencies = new Latencies();
        await latencies.AddPaintsAsync(session.Page);
        var figures = new Figures().Add("classes", (long)photos.Classes.Count).Add("labelled", (long)labelled);
        latencies.AddTo(figures, "key_to_next_image_painted");
        return figures.Add("cores", (long)Environment.ProcessorCount);
    }
}
