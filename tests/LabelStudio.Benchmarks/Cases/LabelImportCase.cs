using System.Diagnostics;
using System.Text;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Tests;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>A table of labels for images that are there: from the first byte read to the last label saved. Rows only: no pictures, no HTTP.</summary>
internal sealed class LabelImportCase : IBenchmarkCase
{
    private const int Classes = 20;
    private const int RowsAtATime = 2_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public string Name => "label-import";

    public string Purpose => "seconds and images a second of a table of 200,000 labels for images that are there";

    public IReadOnlyList<BenchmarkOption> Options => [new("rows", "N", "rows, and images (200000)")];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var rows = options.Number("rows", 200_000);
        await using var studio = await TemporaryStudio.StartAsync();
        var user = await studio.AddUserAsync();
        var project = await studio.AddProjectAsync(user);
        await log.WriteLineAsync($"Writing {rows} images ...");
        for (var (seed, written) = (1, 0); written < rows; seed++)
        {
            written += (await studio.AddImageRowsAsync(user, project, Math.Min(RowsAtATime, rows - written), seed)).Length;
        }

        await using var content = new MemoryStream(Encoding.UTF8.GetBytes(await TableAsync(studio, project, stop)));
        await log.WriteLineAsync("Labelling them by a table ...");
        var start = Stopwatch.GetTimestamp();
        var report = await studio.Get<LabelTables>().StartAsync(user, project, content, stop);
        var matched = Stopwatch.GetElapsedTime(start);
        while (await studio.Get<BulkJobs>().LastAsync(user, project, stop) is { State: BulkJobState.Running })
        {
            await Task.Delay(Pause, stop);
        }

        var total = Stopwatch.GetElapsedTime(start);
        var labelled = (await studio.Get<ImageLibrary>().CountsAsync(user, project, stop)).Labelled;
        return new Figures()
            .Add("rows", (long)report.Rows)
            .Add("labelled", (long)labelled)
            .Add("seconds_until_matched", matched.TotalSeconds)
            .Add("seconds", total.TotalSeconds)
            .Add("images_per_second", labelled / total.TotalSeconds);
    }

    /// <summary>Half of the rows name the image by its file, half by its hash.</summary>
    private static async Task<string> TableAsync(TemporaryStudio studio, Guid project, CancellationToken stop)
    {
        await using var db = studio.OpenDatabase();
        var text = new StringBuilder(CsvText.Line("image", "sha256", "label"));
        var place = 0;
        await foreach (var image in db.Images.Where(image => image.ProjectId == project).Select(image => new { image.FileName, image.Sha256 }).AsAsyncEnumerable().WithCancellation(stop))
        {
            text.Append(CsvText.Line(image.FileName, place % 2 == 0 ? image.Sha256 : null, $"class {place % Classes}"));
            place++;
        }

        return text.ToString();
    }
}
