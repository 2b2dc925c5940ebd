using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class ImageGroupsTests
{
    [Fact]
    public async Task GroupAsync_ByClass_PutsTheUnlabelledLast()
    {
        await using var fixture = await ReviewFixture.StartAsync(7);
        await fixture.Studio.LabelAsync([(fixture.Images[0].Id, fixture.Classes[0]), (fixture.Images[1].Id, fixture.Classes[1]), (fixture.Images[4].Id, fixture.Classes[1])]);

        var groups = await GroupAsync(fixture, ImageGrouping.Class);

        Assert.Equal(["robin", "owl", "Unlabelled"], groups.Select(group => group.Title));
        Assert.Equal([fixture.Images[1].Id, fixture.Images[4].Id], groups[0].Ids);
        Assert.Equal(4, groups[2].Ids.Count);
    }

    [Fact]
    public async Task GroupAsync_ByCluster_PutsLikeTogetherNamesThemAndStaysWhileLabelling()
    {
        await using var fixture = await ReviewFixture.StartAsync(72);
        var before = await GroupAsync(fixture, ImageGrouping.Cluster);
        await fixture.Studio.LabelAsync([(fixture.Images[0].Id, fixture.Classes[0]), (fixture.Images[3].Id, fixture.Classes[0])]);

        var after = await GroupAsync(fixture, ImageGrouping.Cluster);
        var some = await GroupAsync(fixture, ImageGrouping.Cluster, [fixture.Images[0].Id, fixture.Images[1].Id]);

        Assert.Equal(72, before.Sum(group => group.Ids.Count));
        Assert.InRange(before.Count, 3, 6);
        Assert.All(before, group => Assert.Single(group.Ids.Select(id => KindOf(fixture, id)).Distinct()));
        Assert.Equal(before.Select(group => group.Ids), after.Select(group => group.Ids));
        Assert.EndsWith(" · mostly owl", after.Single(group => group.Ids.Contains(fixture.Images[0].Id)).Title, StringComparison.Ordinal);
        Assert.Equal(2, some.Count);
    }

    [Fact]
    public async Task GroupAsync_BySuggestionWithoutAHead_GivesOneGroup()
    {
        await using var fixture = await ReviewFixture.StartAsync(3);

        var group = Assert.Single(await GroupAsync(fixture, ImageGrouping.Suggestion));

        Assert.Equal(("Without a suggestion", 3), (group.Title, group.Ids.Count));
    }

    [Fact]
    public async Task GroupAsync_ByDuplicates_PutsEachSetTogether()
    {
        await using var fixture = await ReviewFixture.StartAsync(5);
        foreach (var (image, index) in fixture.Images.Select((image, index) => (image, index)))
        {
            var path = fixture.Get<BlobStore>().PathOf(image.Sha256, image.Extension);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, TestPictures.Draw(index is 4 ? 1 : index), TestContext.Current.CancellationToken);
        }

        var groups = await GroupAsync(fixture, ImageGrouping.Duplicates);

        Assert.StartsWith("Set 1", groups[0].Title, StringComparison.Ordinal);
        Assert.Equal([fixture.Images[1].Id, fixture.Images[4].Id], groups[0].Ids.Order());
        Assert.Equal(("Without a near-duplicate", 3), (groups[1].Title, groups[1].Ids.Count));
    }

    [Fact]
    public async Task GroupAsync_ByAnnotatorAndBatch_NamesThem()
    {
        await using var fixture = await ReviewFixture.StartAsync(3);
        await fixture.Get<ImageLabeller>().DecideManyAsync(
            fixture.Studio.UserId, fixture.Studio.ProjectId, [fixture.Images[0].Id], AnnotationKind.Label, fixture.Classes[0], TestContext.Current.CancellationToken);

        var people = await GroupAsync(fixture, ImageGrouping.Annotator);
        var batches = await GroupAsync(fixture, ImageGrouping.Batch);

        Assert.Equal([1, 2], people.Select(group => group.Ids.Count));
        Assert.Equal("By nobody yet", people[1].Title);
        Assert.Equal(3, Assert.Single(batches).Ids.Count);
    }

    [Fact]
    public async Task GroupAsync_ByWhoMayNotSee_IsDenied()
    {
        await using var fixture = await ReviewFixture.StartAsync(1);

        await Assert.ThrowsAsync<AccessDeniedException>(() => fixture.Get<ImageGroups>().GroupAsync(
            Guid.NewGuid(), fixture.Studio.ProjectId, [1], ImageGrouping.Class, TestContext.Current.CancellationToken));
    }

    private static int KindOf(ReviewFixture fixture, long imageId) =>
        ReviewFixture.KindOf(Array.FindIndex(fixture.Images, image => image.Id == imageId));

    private static Task<IReadOnlyList<ImageGroup>> GroupAsync(ReviewFixture fixture, ImageGrouping grouping, long[]? ids = null) =>
        fixture.Get<ImageGroups>().GroupAsync(
            fixture.Studio.UserId, fixture.Studio.ProjectId, ids ?? [.. fixture.Images.Select(image => image.Id)], grouping, TestContext.Current.CancellationToken);
}
