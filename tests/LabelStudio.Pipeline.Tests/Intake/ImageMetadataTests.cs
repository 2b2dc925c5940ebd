using System.Text;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Storage;
using NetVips;

namespace LabelStudio.Pipeline.Tests.Intake;

public sealed class ImageMetadataTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddAsync_APhoto_KeepsCameraTimeAndFolderButNoPlace()
    {
        await using var intake = await IntakeFixture.StartAsync();
        using var image = (Image.Black(8, 8) + new double[] { 10, 20, 30 }).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        using var photo = image.Mutate(header =>
        {
            header.Set(GValue.GStrType, "exif-ifd0-Make", "Acme");
            header.Set(GValue.GStrType, "exif-ifd0-Model", "One II");
            header.Set(GValue.GStrType, "exif-ifd2-DateTimeOriginal", "2026:05:01 12:30:00");
            header.Set(GValue.GStrType, "exif-ifd3-GPSLatitude", "52/1 31/1 0/1");
        });

        var added = await intake.AddAsync("trip/../day 1/a.jpg", photo.JpegsaveBuffer());

        Assert.Equal(
            new Dictionary<string, string> { ["exif.camera"] = "Acme One II", ["exif.taken"] = "2026-05-01T12:30:00", ["folder"] = "trip/day 1" },
            await OfAsync(intake, added.ImageId!.Value));
    }

    [Fact]
    public async Task Archive_WithColumnsOfMetadata_ComesBackFromTheExportUnchanged()
    {
        await using var intake = await IntakeFixture.StartAsync();
        await AddAsync(intake, ("a/1.png", TestImages.Png(1)), ("a/2.png", TestImages.Png(2)), ("labels.csv", Encoding.UTF8.GetBytes(
            "image,label,meta.Site,meta.weight,meta.bad/key\na/1.png,Owl,north,1.5,x\na/2.png,,=1+1,,x\n")));
        using var zip = new MemoryStream();
        await intake.Studio.Get<DatasetExports>().WriteZipAsync(
            intake.UserId, intake.ProjectId, new ExportOptions(IncludeUnlabelled: true), zip, Token);
        await using var other = await IntakeFixture.StartAsync(useFolderNames: true);

        zip.Position = 0;
        await foreach (var result in other.Studio.Get<ArchiveIntake>().AddAsync(other.UserId, other.ProjectId, other.BatchId, zip, null, Token))
        {
            Assert.Equal(ImportOutcome.Added, result.Outcome);
        }

        var expected = new[] { "1.png north 1.5 Labelled", "2.png =1+1 - Unlabelled" };
        Assert.Equal(expected, await DescribeAsync(intake));
        Assert.Equal(expected, await DescribeAsync(other));
    }

    [Fact]
    public async Task Archive_OfKnownPictures_SetsWhatItsTableSaysAndKeepsTheRest()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var id = (await intake.AddAsync("north/1.png", TestImages.Png(1))).ImageId!.Value;

        await AddAsync(intake, ("south/1.png", TestImages.Png(1)), ("table.csv", "path,meta.site\nsouth/1.png,pier\n"u8.ToArray()));

        Assert.Equal(new Dictionary<string, string> { ["folder"] = "north", ["site"] = "pier" }, await OfAsync(intake, id));
    }

    [Fact]
    public async Task SetAsync_ByIdAndByContent_ChangesAndTakesOff()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var ids = new[] { (await intake.AddAsync("1.png", TestImages.Png(1))).ImageId!.Value, (await intake.AddAsync("2.png", TestImages.Png(2))).ImageId!.Value };
        var sha256 = (await intake.Library.GetAsync(intake.UserId, ids[1], Token)).Sha256;

        await SetAsync(intake, Change(ids[0], "Site", "north"), new MetadataChange(null, sha256, new Dictionary<string, string?> { ["site"] = "south" }));
        await SetAsync(intake, Change(ids[0], "site", null), Change(ids[1], "site", "west"), Change(ids[1], "site", "east"));

        Assert.Empty(await OfAsync(intake, ids[0]));
        Assert.Equal("east", (await OfAsync(intake, ids[1]))["site"]);
        Assert.Equal([new MetadataKey("site", 1)], await intake.Studio.Get<ImageMetadata>().KeysAsync(intake.UserId, intake.ProjectId, Token));
        Assert.Equal([new MetadataValue("east", 1)], await intake.Studio.Get<ImageMetadata>().ValuesAsync(intake.UserId, intake.ProjectId, "site", 10, Token));
    }

    [Fact]
    public async Task SetAsync_OneUnknownImage_ChangesNothing()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var id = (await intake.AddAsync("1.png", TestImages.Png(1))).ImageId!.Value;

        await Assert.ThrowsAsync<NotFoundException>(() => SetAsync(intake, Change(id, "site", "north"), Change(id + 1, "site", "north")));
        await Assert.ThrowsAsync<InvalidRequestException>(() => SetAsync(intake, Change(id, "a/b", "north")));
        await Assert.ThrowsAsync<AccessDeniedException>(() => intake.Studio.Get<ImageMetadata>().SetAsync(Guid.NewGuid(), intake.ProjectId, [Change(id, "site", "x")], Token));

        Assert.Empty(await OfAsync(intake, id));
    }

    [Fact]
    public async Task IdsAsync_OfAKeyAValueAndARange_GivesTheImagesThatHaveIt()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var ids = new List<long>();
        foreach (var (number, taken) in new[] { (1, "2026-01-01"), (2, "2026-02-01T08:00:00"), (3, "unknown"), (4, null) })
        {
            ids.Add((await intake.AddAsync($"{number}.png", TestImages.Png(number))).ImageId!.Value);
            await SetAsync(intake, Change(ids[^1], "taken", taken));
        }

        var february = (new DateTime(2026, 2, 1) - DateTime.UnixEpoch).TotalSeconds;
        Assert.Equal(ids[..3], await FindAsync(intake, new("taken")));
        Assert.Equal([ids[2]], await FindAsync(intake, new("taken", "unknown")));
        Assert.Equal([ids[1]], await FindAsync(intake, new("taken", From: february)));
        Assert.Equal([ids[0]], await FindAsync(intake, new("taken", Below: february)));
    }

    private static MetadataChange Change(long id, string key, string? value) => new(id, null, new Dictionary<string, string?> { [key] = value });

    private static Task<int> SetAsync(IntakeFixture intake, params MetadataChange[] changes) =>
        intake.Studio.Get<ImageMetadata>().SetAsync(intake.UserId, intake.ProjectId, changes, Token);

    private static Task<IReadOnlyDictionary<string, string>> OfAsync(IntakeFixture intake, long id) =>
        intake.Studio.Get<ImageMetadata>().OfAsync(intake.UserId, intake.ProjectId, id, Token);

    private static Task<IReadOnlyList<long>> FindAsync(IntakeFixture intake, MetadataFilter filter) =>
        intake.Library.IdsAsync(intake.UserId, intake.ProjectId, new ImageFilter { Metadata = filter }, Token);

    private static async Task<List<string>> DescribeAsync(IntakeFixture intake)
    {
        var lines = new List<string>();
        foreach (var image in await intake.Library.PageAsync(intake.UserId, intake.ProjectId, new ImageFilter { Sort = ImageSort.FileName }, null, 10, Token))
        {
            var values = await OfAsync(intake, image.Id);
            lines.Add($"{image.FileName} {values.GetValueOrDefault("site", "-")} {values.GetValueOrDefault("weight", "-")} {image.State}");
            Assert.DoesNotContain(MetadataRules.FolderKey, values.Keys);
        }

        return lines;
    }

    private static async Task AddAsync(IntakeFixture intake, params (string Path, byte[] Content)[] files)
    {
        var zip = new MemoryStream(ArchiveIntakeTests.ZipOf(files));
        await foreach (var result in intake.Studio.Get<ArchiveIntake>().AddAsync(intake.UserId, intake.ProjectId, intake.BatchId, zip, null, Token))
        {
            Assert.NotEqual(ImportOutcome.Refused, result.Outcome);
        }
    }
}
