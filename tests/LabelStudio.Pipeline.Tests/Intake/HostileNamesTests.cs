using System.Formats.Tar;
using System.IO.Compression;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Intake;

public sealed class HostileNamesTests
{
    private const string Names = "hostile/names/";

    [Fact]
    public async Task AddAsync_NamesFromStrangers_AreKeptAsTheyAreAndNeverUsedAsPaths()
    {
        var archive = SharedTestData.Require("hostile.tar.gz");
        await using var intake = await IntakeFixture.StartAsync();
        var expected = new List<string>();

        await foreach (var (name, content) in FilesAsync(archive))
        {
            var result = await intake.AddAsync(name, content);
            Assert.True(result.Outcome == ImportOutcome.Added, $"'{name}' was not added: {result.Reason}");
            expected.Add(name[(name.LastIndexOf('/') + 1)..]);
        }

        Assert.NotEmpty(expected);
        await using var db = intake.Studio.OpenDatabase();
        var stored = await db.Images.OrderBy(image => image.Id).Select(image => image.FileName).ToListAsync();
        Assert.Equal(expected, stored);
        Assert.All(
            Directory.EnumerateFiles(intake.Studio.Get<StudioPaths>().Images, "*", SearchOption.AllDirectories),
            path => Assert.Matches("^[0-9a-f]{64}[.]jpg$", Path.GetFileName(path)));
    }

    [Theory]
    [InlineData("../../../etc/passwd", "passwd")]
    [InlineData("/absolute/x.png", "x.png")]
    [InlineData("folder/", "unnamed")]
    [InlineData("", "unnamed")]
    [InlineData("nul\0byte.png", "nul\uFFFDbyte.png")]
    [InlineData("line\r\nbreak.png", "line\uFFFD\uFFFDbreak.png")]
    [InlineData("back\\slash.png", "back\\slash.png")]
    public async Task AddAsync_OddNames_AreNamesOnly(string given, string kept)
    {
        await using var intake = await IntakeFixture.StartAsync(useFolderNames: true);

        var result = await intake.AddAsync(given, TestImages.Png(1));

        Assert.Equal((ImportOutcome.Added, kept), (result.Outcome, result.FileName));
    }

    [Fact]
    public async Task AddAsync_ALoneSurrogate_IsReplacedAndTheRestGoesOn()
    {
        await using var intake = await IntakeFixture.StartAsync();

        var result = await intake.AddAsync("bad\ud800name.png", TestImages.Png(1));

        Assert.Equal("bad\uFFFDname.png", result.FileName);
    }

    [Fact]
    public async Task AddAsync_AVeryLongName_KeepsStartAndEnd()
    {
        await using var intake = await IntakeFixture.StartAsync();

        var result = await intake.AddAsync("start" + new string('x', 5000) + "end.png", TestImages.Png(1));

        Assert.Equal(500, result.FileName.Length);
        Assert.StartsWith("start", result.FileName, StringComparison.Ordinal);
        Assert.EndsWith("end.png", result.FileName, StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<(string Name, byte[] Content)> FilesAsync(string archive)
    {
        await using var unpacked = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        await using var tar = new TarReader(unpacked);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            if (entry.Name.StartsWith(Names, StringComparison.Ordinal) && entry.DataStream is { } data)
            {
                using var content = new MemoryStream();
                await data.CopyToAsync(content);
                yield return (entry.Name[Names.Length..], content.ToArray());
            }
        }
    }
}
