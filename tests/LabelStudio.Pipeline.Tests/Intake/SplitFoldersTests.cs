using System.IO.Compression;
using System.Text;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Tests.Intake;

/// <summary>Data sets that come divided already: whoever brings them wants their test images tested on, not learned from.</summary>
public sealed class SplitFoldersTests
{
    private const int Each = 30;

    [Theory]
    [InlineData("train/Owl", "test/Owl", "val/Owl", true, "Train", "Test", "Validation")]
    [InlineData("set/Training/Owl", "set/TESTING/Owl", "set/valid/Owl", true, "Train", "Test", "Validation")]
    [InlineData("train", "test", "validation", false, "Train", "Test", "Validation")]
    public async Task Archive_FoldersOfSplits_SayTheSplit(string first, string second, string third, bool useFolderNames, params string[] splits)
    {
        await using var intake = await IntakeFixture.StartAsync(useFolderNames);

        await AddArchiveAsync(intake, [.. Pictures(first, 0), .. Pictures(second, 1), .. Pictures(third, 2)]);

        Assert.Equal(splits, Enumerable.Range(0, 3).Select(place => Assert.Single(SplitsOf(intake, place)).ToString()));
    }

    [Fact]
    public async Task Archive_NoFolderForValidation_DividesTheTrainingImagesByTheirContent()
    {
        await using var intake = await IntakeFixture.StartAsync(useFolderNames: true);

        await AddArchiveAsync(intake, [.. Pictures("train/Owl", 0), .. Pictures("train/Crow", 1), .. Pictures("test/Owl", 2)]);

        Assert.Equal([Split.Train, Split.Validation], SplitsOf(intake, 0).Union(SplitsOf(intake, 1)).Order());
        Assert.Equal([Split.Test], SplitsOf(intake, 2));
    }

    [Theory]
    [InlineData("train/Owl", "train/Crow")]
    [InlineData("train", "test")]
    public async Task Archive_OneSplitAloneOrClassesWithNamesOfSplits_LeaveItToTheContent(string first, string second)
    {
        await using var intake = await IntakeFixture.StartAsync(useFolderNames: true);

        await AddArchiveAsync(intake, [.. Pictures(first, 0), .. Pictures(second, 1)]);

        await using var db = intake.Studio.OpenDatabase();
        var project = db.Projects.Single(item => item.Id == intake.ProjectId);
        var images = db.Images.ToList();
        Assert.Contains(images, image => image.Split == Split.Test);
        Assert.All(images, image => Assert.Equal(SplitRule.SplitOf(image.Sha256, project.TrainPercent, project.ValidationPercent, project.TestPercent), image.Split));
    }

    [Fact]
    public async Task Archive_TableWithSplits_CountsMoreThanTheFolders()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var table = "image,split\n" + string.Concat(Enumerable.Range(0, Each).Select(number => $"test/0-{number}.png,{(number == 0 ? "" : "val")}\n"));

        await AddArchiveAsync(intake, [.. Pictures("test", 0), .. Pictures("train", 1), ("labels.csv", Encoding.UTF8.GetBytes(table))]);

        // A row that does not say leaves it to the folder.
        Assert.Equal([(Split.Validation, Each - 1), (Split.Test, 1)], Images(intake, 0).CountBy(split => split).Select(item => (item.Key, item.Value)).Order());
    }

    [Fact]
    public async Task AddAsync_SplitsThatTheClientNames_AreKeptForSingleFiles()
    {
        await using var intake = await IntakeFixture.StartAsync(useFolderNames: true);
        foreach (var (path, content) in Pictures("test/Owl", 0))
        {
            await intake.Intake.AddAsync(
                intake.UserId, intake.ProjectId, intake.BatchId, path, new MemoryStream(content), null, SplitFolders.Named("train,test,something"), CancellationToken.None);
        }

        Assert.Equal([Split.Test], SplitsOf(intake, 0));
    }

    private static IEnumerable<(string Path, byte[] Content)> Pictures(string folder, int place) =>
        Enumerable.Range(0, Each).Select(number => ($"{folder}/{place}-{number}.png", TestImages.Png((place * Each) + number)));

    private static IEnumerable<Split> SplitsOf(IntakeFixture intake, int place) => Images(intake, place).Distinct();

    private static List<Split> Images(IntakeFixture intake, int place)
    {
        using var db = intake.Studio.OpenDatabase();
        var prefix = $"{place}-";
        return [.. db.Images.Where(image => image.FileName.StartsWith(prefix)).Select(image => image.Split)];
    }

    private static async Task AddArchiveAsync(IntakeFixture intake, (string Path, byte[] Content)[] entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in entries)
            {
                await using var entry = zip.CreateEntry(path).Open();
                await entry.WriteAsync(content);
            }
        }

        memory.Position = 0;
        await foreach (var result in intake.Studio.Get<ArchiveIntake>().AddAsync(intake.UserId, intake.ProjectId, intake.BatchId, memory, null, CancellationToken.None))
        {
            Assert.Equal(ImportOutcome.Added, result.Outcome);
        }
    }
}
