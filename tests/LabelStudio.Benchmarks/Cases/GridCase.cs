using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Tests;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>What the grid asks the database for, with very many images. Rows only: no pictures, no HTTP.</summary>
internal sealed class GridCase : IBenchmarkCase
{
    private const int Tiles = 120;
    // Transactions of ten times as many rows take minutes each once the table is large.
    private const int RowsAtATime = 2_000;

    public string Name => "grid";

    public string Purpose => "milliseconds of a page of tiles, of all ids and of the counts with 200,000 images; one action on 500";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("images", "N", "images (200000)"),
        new("rounds", "N", "times each question is asked (20)"),
    ];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var (images, rounds) = (options.Number("images", 200_000, 1000), options.Number("rounds", 20));
        await using var studio = await TemporaryStudio.StartAsync();
        var user = await studio.AddUserAsync();
        var project = await studio.AddProjectAsync(user);
        var classId = (await studio.Get<ClassCatalog>().CreateAsync(user, project, new NewClass("Owl"), stop)).Id;
        await log.WriteLineAsync($"Writing {images} images ...");
        var ids = new List<long>(images);
        for (var seed = 1; ids.Count < images; seed++)
        {
            ids.AddRange(await studio.AddImageRowsAsync(user, project, Math.Min(RowsAtATime, images - ids.Count), seed));
        }

        var labeller = studio.Get<ImageLabeller>();
        await LabelHalfAsync(studio, ids[images / 2], classId, stop);
        var library = studio.Get<ImageLibrary>();
        var figures = new Figures().Add("images", (long)images);
        await MeasureAsync("page", i => library.PageAsync(user, project, new ImageFilter(), ids[i * (images / rounds)], Tiles, stop));
        await MeasureAsync("page_of_a_class", i => library.PageAsync(
            user, project, new ImageFilter { ClassId = classId, Sort = ImageSort.FileName }, ids[i * (images / 2 / rounds)], Tiles, stop));
        await MeasureAsync("tiles", i => library.PageAsync(
            user, project, new ImageFilter { Ids = [.. ids.Skip(i * 977).Take(Tiles)] }, null, Tiles, stop));
        await MeasureAsync("all_ids", _ => library.IdsAsync(user, project, new ImageFilter { State = ImageState.Unlabelled }, stop));
        await MeasureAsync("counts", _ => library.CountsAsync(user, project, stop));
        await MeasureAsync("action_on_500", i => labeller.DecideManyAsync(
            user, project, [.. ids.Skip((images / 2) + (i * 500)).Take(500)], AnnotationKind.Label, classId, stop));
        return figures;

        async Task MeasureAsync(string name, Func<int, Task> ask)
        {
            var times = new Latencies();
            for (var round = 0; round < rounds; round++)
            {
                var start = Stopwatch.GetTimestamp();
                await ask(round);
                times.Add(Stopwatch.GetElapsedTime(start));
            }

            times.AddTo(figures, name);
        }
    }

    /// <summary>In one statement: how long saving takes is the question of another case.</summary>
    private static async Task LabelHalfAsync(TemporaryStudio studio, long firstUnlabelled, Guid classId, CancellationToken stop)
    {
        await using var db = studio.OpenDatabase();
        await db.Images.Where(image => image.Id < firstUnlabelled).ExecuteUpdateAsync(
            row => row.SetProperty(image => image.State, ImageState.Labelled).SetProperty(image => image.LabelClassId, classId), stop);
    }
}
