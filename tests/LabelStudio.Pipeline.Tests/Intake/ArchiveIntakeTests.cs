using System.IO.Compression;
using System.Text;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Intake;

public sealed class ArchiveIntakeTests
{
    [Fact]
    public async Task AddAsync_FoldersAndJunk_GivesClassesAndPassesJunkOver()
    {
        await using var intake = await IntakeFixture.StartAsync(useFolderNames: true);

        var results = await AddAsync(
            intake,
            ("set/train/Owl/1.png", TestImages.Png(1)),
            ("set/test/Robin/1.png", TestImages.Png(2)),
            ("set/train/Owl/", []),
            ("__MACOSX/set/train/Owl/._1.png", [1, 2, 3]),
            ("set/.DS_Store", [1]),
            ("set/Thumbs.db", [1]));

        Assert.Equal(["1.png", "1.png"], results.Select(result => result.FileName));
        Assert.All(results, result => Assert.Equal(ImportOutcome.Added, result.Outcome));
        Assert.Equal([("Owl", 1), ("Robin", 1)], await ClassesAsync(intake));
    }

    [Fact]
    public async Task AddAsync_NamesThatClimbOut_AreNamesOnly()
    {
        await using var intake = await IntakeFixture.StartAsync();

        var results = await AddAsync(intake, ("../../escape.png", TestImages.Png(1)), ("/etc/absolute.png", TestImages.Png(2)));

        Assert.Equal(["escape.png", "absolute.png"], results.Select(result => result.FileName));
        Assert.All(
            Directory.EnumerateFiles(intake.Studio.Root, "*.png", SearchOption.AllDirectories),
            path => Assert.StartsWith(intake.Studio.Get<StudioPaths>().Images, path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddAsync_ATableInTheArchive_BeatsTheFolders()
    {
        await using var intake = await IntakeFixture.StartAsync(useFolderNames: true);
        var table = "path;label\nimages/1.png;Owl\nimages/2.png;\"Robin, red\"\n";

        await AddAsync(
            intake,
            ("set/images/1.png", TestImages.Png(1)),
            ("set/images/2.png", TestImages.Png(2)),
            ("set/labels.csv", Encoding.UTF8.GetBytes(table)));

        Assert.Equal([("Owl", 1), ("Robin, red", 1)], await ClassesAsync(intake));
    }

    [Fact]
    public async Task AddAsync_AClassForAll_CountsMoreThanFoldersAndLessThanATable()
    {
        await using var intake = await IntakeFixture.StartAsync(useFolderNames: true);
        var owl = await intake.AddClassAsync("Owl");

        await AddAsync(
            intake,
            new MemoryStream(ZipOf(
                ("Crow/1.png", TestImages.Png(1)),
                ("Crow/2.png", TestImages.Png(2)),
                ("labels.csv", Encoding.UTF8.GetBytes("path;label\nCrow/2.png;Robin\n")))),
            owl);

        Assert.Equal([("Owl", 1), ("Robin", 1)], await ClassesAsync(intake));
    }

    [Fact]
    public async Task AddAsync_ATableOfTwentyThousandRows_GivesEachImageItsOwnRow()
    {
        await using var intake = await IntakeFixture.StartAsync();
        const int Rows = 20_000, Classes = 40;
        int[] pictures = [0, 1, 2, 9_999, 10_000, Rows - 2, Rows - 1];
        var table = string.Concat(Enumerable.Range(0, Rows).Select(row => $"images/{row}.png,Class {row % Classes},note {row}\n"));

        var results = await AddAsync(
            intake,
            [("labels.csv", Encoding.UTF8.GetBytes("image,label,meta.note\n" + table)), .. pictures.Select(row => ($"images/{row}.png", TestImages.Png(row)))]);

        Assert.All(results, result => Assert.Equal((ImportOutcome.Added, null), (result.Outcome, result.Reason)));
        await using var db = intake.Studio.OpenDatabase();
        var given = db.Images.Select(image => new { image.FileName, Class = db.Classes.Single(item => item.Id == image.LabelClassId).Name }).ToList();
        Assert.Equal(
            pictures.Select(row => ($"{row}.png", $"Class {row % Classes}")).Order(),
            given.Select(image => (image.FileName, image.Class)).Order());
    }

    [Fact]
    public async Task AddAsync_OneBadFile_IsRefusedAndTheOthersComeIn()
    {
        await using var intake = await IntakeFixture.StartAsync();

        var results = await AddAsync(
            intake, ("a.png", TestImages.Png(1)), ("b.png", TestImages.Png(2, 200, 200)[..200]), ("c.zip", ZipOf(("x.png", TestImages.Png(3)))));

        Assert.Equal([ImportOutcome.Added, ImportOutcome.Refused, ImportOutcome.Refused], results.Select(result => result.Outcome));
    }

    [Fact]
    public async Task AddAsync_WhatIsNoZip_IsRefusedWithAReason()
    {
        await using var intake = await IntakeFixture.StartAsync();

        await Assert.ThrowsAsync<InvalidRequestException>(() => AddAsync(intake, new MemoryStream(TestImages.Png(1))));

        Assert.Empty(Directory.EnumerateFiles(intake.Studio.Get<StudioPaths>().Uploads));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task AddAsync_AnArchiveThatUnpacksWithoutEnd_IsStopped()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var zeros = new byte[90 * 1024 * 1024];

        var results = await AddAsync(intake, [.. Enumerable.Range(0, 16).Select(number => ($"{number}.png", zeros))]);

        Assert.True(results.Count < 16, $"All {results.Count} files were unpacked.");
        Assert.Contains("unpacks to far more", results[^1].Reason, StringComparison.Ordinal);
    }

    internal static byte[] ZipOf(params (string Path, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private static Task<List<ImportResult>> AddAsync(IntakeFixture intake, params (string Path, byte[] Content)[] files) =>
        AddAsync(intake, new MemoryStream(ZipOf(files)));

    private static async Task<List<ImportResult>> AddAsync(IntakeFixture intake, Stream archive, Guid? classId = null)
    {
        var results = new List<ImportResult>();
        await foreach (var result in intake.Studio.Get<ArchiveIntake>().AddAsync(
            intake.UserId, intake.ProjectId, intake.BatchId, archive, classId, CancellationToken.None))
        {
            results.Add(result);
        }

        return results;
    }

    private static async Task<IEnumerable<(string, int)>> ClassesAsync(IntakeFixture intake) =>
        (await intake.Studio.Get<ClassCatalog>().ListAsync(intake.UserId, intake.ProjectId, CancellationToken.None))
            .Select(item => (item.Name, item.LabelledCount));
}
