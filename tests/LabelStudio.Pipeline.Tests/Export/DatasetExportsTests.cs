using System.IO.Compression;
using System.Text;
using System.Text.Json;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Intake;

namespace LabelStudio.Pipeline.Tests.Export;

public sealed class DatasetExportsTests
{
    [Fact]
    public async Task WriteZipAsync_ReadInAgain_GivesTheSameLabels()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var (owl, odd) = (await intake.AddClassAsync("Owl"), await intake.AddClassAsync("Robin / red: \"1\""));
        await intake.AddAsync("same.png", TestImages.Png(1), owl);
        await intake.AddAsync("SAME.png", TestImages.Png(2), owl);
        await intake.AddAsync("=1+1.png", TestImages.Png(3), odd);
        await intake.AddAsync("no label.png", TestImages.Png(4));
        await using var other = await IntakeFixture.StartAsync();

        var zip = await ZipAsync(intake, new ExportOptions(IncludeUnlabelled: true));
        var results = await ReadInAsync(other, zip);

        Assert.Equal(4, results.Count(result => result.Outcome == ImportOutcome.Added));
        Assert.Equal(await LabelsAsync(intake), await LabelsAsync(other));
    }

    [Fact]
    public async Task WriteZipAsync_PictureWithPlace_LeavesItOut_AndComesBackAsTheSameImage()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var owl = await intake.AddClassAsync("Owl");
        var original = TestImages.PngWithPlace(1);
        await intake.AddAsync("1.png", original, owl);
        await intake.AddAsync("2.png", TestImages.Png(2), owl);

        var zip = await ZipAsync(intake, new ExportOptions(SplitFolders: false));
        var exported = await EntryAsync(zip, "Owl/1.png");
        Assert.Equal(original.Length, exported.Length);
        Assert.DoesNotContain("secret", Encoding.Latin1.GetString(exported), StringComparison.Ordinal);
        Assert.Equal(original, await EntryAsync(await ZipAsync(intake, new ExportOptions(SplitFolders: false, KeepsLocation: true)), "Owl/1.png"));
        var before = await LabelsAsync(intake);

        var results = await ReadInAsync(intake, zip);

        Assert.All(results, result => Assert.Equal(ImportOutcome.Duplicate, result.Outcome));
        Assert.Equal(before, await LabelsAsync(intake));
    }

    [Fact]
    public async Task ArchiveIntake_TableThatNamesAnotherOriginal_IsNotBelieved()
    {
        await using var intake = await IntakeFixture.StartAsync();
        await intake.AddAsync("1.png", TestImages.PngWithPlace(1));
        var original = Assert.Single(await LabelsAsync(intake)).Sha256;

        var result = Assert.Single(await ReadInAsync(intake, Zip(("other.png", TestImages.Png(2)), ("labels.csv", Encoding.UTF8.GetBytes($"image,label,sha256\nother.png,,{original}\n")))));

        Assert.Equal(ImportOutcome.Added, result.Outcome);
    }

    [Fact]
    public async Task WriteZipAsync_NamesAreSafeAndEachOnce()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var bad = await intake.AddClassAsync("CON");
        await intake.AddAsync("a:b?.png", TestImages.Png(1), bad);
        await intake.AddAsync("a_b_.png", TestImages.Png(2), bad);

        var zip = await ZipAsync(intake, new ExportOptions(SplitFolders: false));

        using var read = new ZipArchive(new MemoryStream(zip));
        Assert.Equal(
            ["_CON/a_b_.png", "_CON/a_b_-2.png", "labels.csv", "classes.txt"], read.Entries.Select(entry => entry.FullName));
    }

    [Fact]
    public async Task WriteZipAsync_ArchivedClassesAndDiscardedImages_AreLeftOut()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var (owl, robin) = (await intake.AddClassAsync("Owl"), await intake.AddClassAsync("Robin"));
        await intake.AddAsync("1.png", TestImages.Png(1), owl);
        var discarded = await intake.AddAsync("2.png", TestImages.Png(2), robin);
        await intake.AddAsync("3.png", TestImages.Png(3), robin);
        await intake.Studio.Get<ImageLabeller>().DecideAsync(
            intake.UserId,
            intake.ProjectId,
            [new Decision(Guid.NewGuid(), discarded.ImageId!.Value, AnnotationKind.Discard)],
            CancellationToken.None);
        await intake.Studio.Get<ClassCatalog>().ArchiveAsync(intake.UserId, intake.ProjectId, owl, CancellationToken.None);

        var text = await TextAsync((exports, target) => exports.WriteCsvAsync(
            intake.UserId, intake.ProjectId, new ExportOptions(), target, CancellationToken.None), intake);

        Assert.Equal([("3.png", "Robin")], CsvText.Rows(text).Skip(1).Select(row => (row[0], row[1])));
    }

    [Fact]
    public async Task WriteLabelStudioAsync_GivesTasksWithChoices()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var owl = await intake.AddClassAsync("Owl");
        await intake.AddAsync("é.png", TestImages.Png(1), owl);
        await intake.AddAsync("none.png", TestImages.Png(2));

        var text = await TextAsync((exports, target) => exports.WriteLabelStudioAsync(
            intake.UserId, intake.ProjectId, new ExportOptions(IncludeUnlabelled: true), target, CancellationToken.None), intake);

        using var json = JsonDocument.Parse(text);
        var tasks = json.RootElement.EnumerateArray().ToList();
        Assert.Equal("é.png", tasks[0].GetProperty("data").GetProperty("image").GetString());
        var result = tasks[0].GetProperty("annotations")[0].GetProperty("result")[0];
        Assert.Equal(("choice", "image", "choices", "Owl"), (
            result.GetProperty("from_name").GetString(),
            result.GetProperty("to_name").GetString(),
            result.GetProperty("type").GetString(),
            result.GetProperty("value").GetProperty("choices")[0].GetString()));
        Assert.Empty(tasks[1].GetProperty("annotations").EnumerateArray());
    }

    [Fact]
    public async Task WriteCsvAsync_ByNobody_IsDenied()
    {
        await using var intake = await IntakeFixture.StartAsync();

        await Assert.ThrowsAsync<AccessDeniedException>(() => intake.Studio.Get<DatasetExports>().WriteCsvAsync(
            Guid.NewGuid(), intake.ProjectId, new ExportOptions(), Stream.Null, CancellationToken.None));
    }

    private static async Task<List<ImportResult>> ReadInAsync(IntakeFixture intake, byte[] zip)
    {
        var results = new List<ImportResult>();
        await foreach (var result in intake.Studio.Get<ArchiveIntake>().AddAsync(
            intake.UserId, intake.ProjectId, intake.BatchId, new MemoryStream(zip), null, CancellationToken.None))
        {
            results.Add(result);
        }

        return results;
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private static async Task<byte[]> EntryAsync(byte[] zip, string name)
    {
        await using var read = new ZipArchive(new MemoryStream(zip));
        await using var entry = await read.GetEntry(name)!.OpenAsync();
        using var content = new MemoryStream();
        await entry.CopyToAsync(content);
        return content.ToArray();
    }

    private static async Task<byte[]> ZipAsync(IntakeFixture intake, ExportOptions options)
    {
        using var bytes = new MemoryStream();
        await intake.Studio.Get<DatasetExports>().WriteZipAsync(
            intake.UserId, intake.ProjectId, options, bytes, CancellationToken.None);
        return bytes.ToArray();
    }

    private static async Task<string> TextAsync(Func<DatasetExports, Stream, Task> write, IntakeFixture intake)
    {
        using var bytes = new MemoryStream();
        await write(intake.Studio.Get<DatasetExports>(), bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static async Task<List<(string Sha256, string? ClassName)>> LabelsAsync(IntakeFixture intake)
    {
        var classes = (await intake.Studio.Get<ClassCatalog>().ListAsync(intake.UserId, intake.ProjectId, CancellationToken.None))
            .ToDictionary(item => item.Id, item => item.Name);
        var images = await intake.Library.PageAsync(
            intake.UserId, intake.ProjectId, new ImageFilter(), null, 100, CancellationToken.None);
        return [.. images.Select(image => (image.Sha256, image.ClassId is { } id ? classes[id] : null)).OrderBy(row => row.Sha256, StringComparer.Ordinal)];
    }
}
