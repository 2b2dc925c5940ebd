using System.IO.Compression;
using System.Text;
using System.Text.Json;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Tests.Intake;
using LabelStudio.Pipeline.Tests.Labelling;

namespace LabelStudio.Pipeline.Tests.Export;

/// <summary>Labels of several classes, of none, and no label at all, out and in again.</summary>
public sealed class SeveralClassesTests
{
    private const string None = "none of them";

    /// <summary>In the classes' order; names with all signs that mean something in a table, a path or a cell, and those that combinations are shown with.</summary>
    private static readonly string[] Names = ["Owl", "a|b", @"c\d\", "=1+1", "\"q\", r", "🦉 / é", "No class", "Owl + Wren", "Wren"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Zip_ReadInToAnEmptyProject_GivesTheSameLabels()
    {
        await using var intake = await StartAsync();
        await LabelAllAsync(intake);
        await using var other = await StartAsync(withClasses: false);

        var results = await ReadInAsync(other, await ZipAsync(intake));

        Assert.All(results, result => Assert.Equal((ImportOutcome.Added, null), (result.Outcome, result.Reason)));
        Assert.Equal(await LabelsAsync(intake), await LabelsAsync(other));
        Assert.Equal(Expected, (await LabelsAsync(other)).Select(image => image.Label).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Zip_ReadInWhereAllIs_AddsAndChangesNothing()
    {
        await using var intake = await StartAsync();
        await LabelAllAsync(intake);
        var (zip, before) = (await ZipAsync(intake), await LabelsAsync(intake));

        var results = await ReadInAsync(intake, zip);

        Assert.All(results, result => Assert.Equal(ImportOutcome.Duplicate, result.Outcome));
        Assert.All(results, result => Assert.EndsWith("'.", result.Reason, StringComparison.Ordinal));
        Assert.Equal(before, await LabelsAsync(intake));
    }

    [Fact]
    public async Task Zip_FolderForEachCombination_IsTheirOwnAndIsExplained()
    {
        await using var intake = await StartAsync();
        await LabelAllAsync(intake);

        using var zip = new ZipArchive(new MemoryStream(await ZipAsync(intake)));
        var folders = zip.Entries.Where(entry => entry.FullName.Contains('/', StringComparison.Ordinal)).ToDictionary(entry => entry.Name, entry => entry.FullName.Split('/')[^2]);
        var map = JsonDocument.Parse(await TextOfAsync(zip, "classes.json")).RootElement;
        var meant = map.GetProperty("folders").EnumerateArray()
            .ToDictionary(item => item.GetProperty("folder").GetString()!, item => item.GetProperty("classes").EnumerateArray().Select(name => name.GetString()).ToArray());

        // A class is called as the combination is shown, and one as the label of images without class.
        Assert.Equal(("Owl + Wren", "Owl + Wren-2", "No class", "No class-2", "no_label"), (folders["7.png"], folders["2.png"], folders["6.png"], folders["4.png"], folders["5.png"]));
        Assert.Equal(["Owl", "Wren"], meant[folders["2.png"]]);
        Assert.Equal(["Owl + Wren"], meant[folders["7.png"]]);
        Assert.Equal([], meant[folders["4.png"]]);
        Assert.Equal(Names, (await TextOfAsync(zip, "classes.txt")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(Names, map.GetProperty("classes").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
        Assert.Contains("no_label", map.GetProperty("about").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_ReadInAsTableOfLabels_GivesTheSameLabels()
    {
        await using var intake = await StartAsync();
        await LabelAllAsync(intake);
        await using var other = await StartAsync(withClasses: false);
        await AddAllAsync(other);

        var report = await TableAsync(other, await CsvAsync(intake));

        Assert.Equal((8, 7, 1, 0), (report.Rows, report.ToLabel, report.WithoutClass, report.Problems.Count));
        Assert.Equal(await LabelsAsync(intake), await LabelsAsync(other));
    }

    [Fact]
    public async Task Csv_OfSeveralClasses_IntoAProjectOfOneEach_IsRefusedRowByRowAndTheRestGoesOn()
    {
        await using var intake = await StartAsync();
        await LabelAllAsync(intake);
        await using var other = await IntakeFixture.StartAsync();
        await AddAllAsync(other);

        var report = await TableAsync(other, await CsvAsync(intake));

        Assert.Equal((8, 3, 4, 1), (report.Rows, report.ToLabel, report.Refused, report.WithoutClass));
        Assert.Equal(("2.png", "It names several classes ('Owl', 'Wren'), and in this project an image has one. Name one, or have the project's settings take several classes per image."), (report.Problems[1].Name, report.Problems[1].Reason));
        Assert.StartsWith("It says that the image shows no class", report.Problems[3].Reason, StringComparison.Ordinal);
        Assert.Equal(["No class", "Owl + Wren", "Owl"], report.NewClasses);
    }

    [Fact]
    public async Task Zip_OfSeveralClasses_IntoAProjectOfOneEach_BringsTheImagesAndSaysWhichCameWithoutLabel()
    {
        await using var intake = await StartAsync();
        await LabelAllAsync(intake);
        await using var other = await IntakeFixture.StartAsync();

        var results = await ReadInAsync(other, await ZipAsync(intake));

        Assert.All(results, result => Assert.Equal(ImportOutcome.Added, result.Outcome));
        Assert.Equal(["1.png", "2.png", "3.png", "4.png"], results.Where(result => result.Reason is not null).Select(result => result.FileName).Order(StringComparer.Ordinal));
        Assert.StartsWith("It came without label: it names several classes ('Owl', 'Wren')", results.Single(result => result.FileName == "2.png").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LabelStudio_TaskOfSeveralClasses_NamesThemInOneListAndNoneInAnAnnotationWithoutResult()
    {
        await using var intake = await StartAsync();
        await LabelAllAsync(intake);
        using var bytes = new MemoryStream();

        await intake.Studio.Get<DatasetExports>().WriteLabelStudioAsync(intake.UserId, intake.ProjectId, new ExportOptions(IncludeUnlabelled: true), bytes, Cancel);

        var tasks = JsonDocument.Parse(bytes.ToArray()).RootElement.EnumerateArray()
            .ToDictionary(task => task.GetProperty("data").GetProperty("image").GetString()!, task => task.GetProperty("annotations").EnumerateArray().ToList());
        var result = Assert.Single(Assert.Single(tasks["2.png"]).GetProperty("result").EnumerateArray());
        Assert.Equal(["Owl", "Wren"], result.GetProperty("value").GetProperty("choices").EnumerateArray().Select(name => name.GetString()));
        Assert.Empty(Assert.Single(tasks["4.png"]).GetProperty("result").EnumerateArray());
        Assert.Empty(tasks["5.png"]);
    }

    [Fact]
    public async Task DatasetVersion_ReadIn_GivesTheFrozenLabels()
    {
        await using var intake = await StartAsync();
        await LabelAllAsync(intake);
        var frozen = await LabelsAsync(intake);
        var version = await intake.Studio.Get<DatasetVersions>().FreezeAsync(intake.UserId, intake.ProjectId, Cancel);
        var images = await intake.Library.PageAsync(intake.UserId, intake.ProjectId, new ImageFilter(), null, 100, Cancel);
        await LabelAsync(intake, images.Single(image => image.FileName == "2.png").Id, "Wren");
        var (exports, zip, csv) = (intake.Studio.Get<SnapshotExports>(), new MemoryStream(), new MemoryStream());
        await exports.WriteZipAsync(intake.UserId, intake.ProjectId, version, keepsLocation: false, zip, Cancel);
        await exports.WriteCsvAsync(intake.UserId, intake.ProjectId, version, csv, Cancel);
        await using var fromZip = await StartAsync(withClasses: false);
        await using var fromCsv = await StartAsync(withClasses: false);
        await AddAllAsync(fromCsv);

        await ReadInAsync(fromZip, zip.ToArray());
        await TableAsync(fromCsv, Encoding.UTF8.GetString(csv.ToArray()));

        Assert.Equal(frozen.Where(image => image.Label is not null), await LabelsAsync(fromZip));
        Assert.Equal(frozen, await LabelsAsync(fromCsv));
    }

    [Fact]
    public async Task History_ActsOfSeveralClasses_NameThemApart()
    {
        await using var intake = await StartAsync();
        var image = (await intake.AddAsync("1.png", TestImages.Png(1))).ImageId!.Value;
        await LabelAsync(intake, image, "Owl", "a|b");
        await LabelAsync(intake, image);
        using var bytes = new MemoryStream();

        await intake.Studio.Get<HistoryExports>().WriteCsvAsync(intake.UserId, intake.ProjectId, bytes, Cancel);

        var rows = CsvText.Rows(Encoding.UTF8.GetString(bytes.ToArray())).ToList();
        Assert.Equal(("classes", "classes_before"), (rows[0][4], rows[0][5]));
        Assert.Equal([(@"Owl|a\|b", ""), ("No class", @"Owl|a\|b")], rows.Skip(1).Select(row => (row[4], row[5])));
    }

    private static IEnumerable<string?> Expected =>
        new[] { "Owl;a|b;c\\d\\;=1+1;\"q\", r;🦉 / é;No class;Owl + Wren;Wren", "Owl;Wren", "a|b;🦉 / é", None, null, "No class", "Owl + Wren", "Owl" }
            .Order(StringComparer.Ordinal);

    private static async Task<IntakeFixture> StartAsync(bool withClasses = true)
    {
        var intake = await IntakeFixture.StartAsync();
        await SeveralClasses.TakeAsync(intake.Studio, intake.UserId, intake.ProjectId);
        foreach (var name in withClasses ? Names : [])
        {
            await intake.AddClassAsync(name);
        }

        return intake;
    }

    private static async Task<long[]> AddAllAsync(IntakeFixture intake)
    {
        var ids = new List<long>();
        for (var number = 1; number <= 8; number++)
        {
            ids.Add((await intake.AddAsync($"{number}.png", TestImages.Png(number))).ImageId!.Value);
        }

        return [.. ids];
    }

    /// <summary>All classes, two, two with signs, none, no label, the class called so, the one called as a combination, and one that was relabelled.</summary>
    private static async Task LabelAllAsync(IntakeFixture intake)
    {
        var images = await AddAllAsync(intake);
        await LabelAsync(intake, images[0], Names);
        await LabelAsync(intake, images[1], "Wren", "Owl");
        await LabelAsync(intake, images[2], "a|b", "🦉 / é");
        await LabelAsync(intake, images[3]);
        await LabelAsync(intake, images[5], "No class");
        await LabelAsync(intake, images[6], "Owl + Wren");
        await LabelAsync(intake, images[7], "Owl", "Wren");
        await LabelAsync(intake, images[7], "Owl");
    }

    private static async Task LabelAsync(IntakeFixture intake, long image, params string[] names)
    {
        var classes = (await ClassesAsync(intake)).Where(item => !item.IsCombination).ToDictionary(item => item.Name, item => item.Id);
        var decision = new Decision(Guid.NewGuid(), image, AnnotationKind.Label) { ClassIds = [.. names.Select(name => classes[name])] };
        Assert.Equal(DecisionOutcome.Saved, (await intake.Studio.Get<ImageLabeller>().DecideAsync(intake.UserId, intake.ProjectId, [decision], Cancel))[0].Outcome);
    }

    private static Task<IReadOnlyList<ClassInfo>> ClassesAsync(IntakeFixture intake) => intake.Studio.Get<ClassCatalog>().ListAsync(intake.UserId, intake.ProjectId, Cancel);

    /// <summary>What each image is labelled with, by its picture: names of classes in a row, in an order that is the same everywhere.</summary>
    private static async Task<List<(string Sha256, string? Label)>> LabelsAsync(IntakeFixture intake)
    {
        var classes = (await ClassesAsync(intake)).ToDictionary(item => item.Id);
        var images = await intake.Library.PageAsync(intake.UserId, intake.ProjectId, new ImageFilter(), null, 100, Cancel);
        return [.. images.Select(image => (image.Sha256, image.ClassId is { } id ? NameOf(classes[id]) : null)).OrderBy(row => row.Sha256, StringComparer.Ordinal)];

        string NameOf(ClassInfo label) => label.MemberIds is not { } members ? label.Name
            : members.Count == 0 ? None
            : string.Join(';', members.Select(member => classes[member].Name).OrderBy(name => Array.IndexOf(Names, name)));
    }

    private static async Task<byte[]> ZipAsync(IntakeFixture intake)
    {
        using var bytes = new MemoryStream();
        await intake.Studio.Get<DatasetExports>().WriteZipAsync(intake.UserId, intake.ProjectId, new ExportOptions(IncludeUnlabelled: true), bytes, Cancel);
        return bytes.ToArray();
    }

    private static async Task<string> CsvAsync(IntakeFixture intake)
    {
        using var bytes = new MemoryStream();
        await intake.Studio.Get<DatasetExports>().WriteCsvAsync(intake.UserId, intake.ProjectId, new ExportOptions(IncludeUnlabelled: true), bytes, Cancel);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static async Task<LabelTableReport> TableAsync(IntakeFixture intake, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var report = await intake.Studio.Get<LabelTables>().StartAsync(intake.UserId, intake.ProjectId, content, Cancel);
        await intake.Studio.Get<BulkJobs>().EndOfLastAsync(intake.UserId, intake.ProjectId);
        return report;
    }

    private static async Task<List<ImportResult>> ReadInAsync(IntakeFixture intake, byte[] zip)
    {
        var results = new List<ImportResult>();
        await foreach (var result in intake.Studio.Get<ArchiveIntake>().AddAsync(intake.UserId, intake.ProjectId, intake.BatchId, new MemoryStream(zip), null, Cancel))
        {
            results.Add(result);
        }

        return results;
    }

    private static async Task<string> TextOfAsync(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(await zip.GetEntry(name)!.OpenAsync(Cancel));
        return await reader.ReadToEndAsync(Cancel);
    }
}
