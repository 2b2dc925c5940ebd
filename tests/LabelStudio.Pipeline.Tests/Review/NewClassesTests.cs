using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class NewClassesTests
{
    private const int Count = 90;

    [Fact]
    public async Task FindAsync_OneKindHasNoClass_ProposesItsImages()
    {
        await using var fixture = await StartAsync();

        var report = await FindAsync(fixture);

        Assert.False(report.IsTooEarly);
        Assert.True(report.Groups[0].Images.Count >= 10, $"{report.Groups[0].Images.Count} images");
        Assert.All(report.Groups[0].Images, image => Assert.Equal(2, KindOf(fixture, image.Id)));
    }

    [Fact]
    public async Task CreateAsync_AGroup_MakesTheClassAndOneUndoTakesTheLabelsBack()
    {
        await using var fixture = await StartAsync();
        long[] ids = [.. (await FindAsync(fixture)).Groups[0].Images.Select(image => image.Id)];

        var labelled = await fixture.Get<NewClassLabels>().CreateAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, "Kiwi", ids, Cancel);

        var after = await FindAsync(fixture);
        var image = await fixture.ImageAsync(ids[0]);
        var undone = await fixture.Get<ImageLabeller>().UndoAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, Cancel);
        var classes = await fixture.Get<ClassCatalog>().ListAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, Cancel);
        Assert.Equal(ids.Length, labelled);
        Assert.Equal((ImageState.Labelled, classes.Single(item => item.Name == "Kiwi").Id), (image.State, image.LabelClassId));
        Assert.Empty(after.Groups.SelectMany(group => group.Images).Select(tile => tile.Id).Intersect(ids));
        Assert.Equal(ids.Length, undone!.ImageCount);
        Assert.Equal(ImageState.Unlabelled, (await fixture.ImageAsync(ids[0])).State);
    }

    [Fact]
    public async Task DismissAsync_AGroup_IsNotProposedAgainByALaterSearch()
    {
        await using var fixture = await StartAsync();
        long[] ids = [.. (await FindAsync(fixture)).Groups[0].Images.Select(image => image.Id)];

        await fixture.Get<NewClasses>().DismissAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, ids, Cancel);

        var known = await FindAsync(fixture);
        var again = await FindAsync(fixture, again: true);
        Assert.Empty(known.Groups.Concat(again.Groups).SelectMany(group => group.Images).Select(tile => tile.Id).Intersect(ids));
    }

    [Fact]
    public async Task FindAsync_WithoutLabels_SaysThatItIsTooEarly()
    {
        await using var fixture = await ReviewFixture.StartAsync(6);

        var report = await FindAsync(fixture);

        Assert.True(report.IsTooEarly);
        Assert.Empty(report.Groups);
    }

    [Fact]
    public async Task EachStep_WithoutItsRight_IsDenied()
    {
        await using var fixture = await ReviewFixture.StartAsync(1);
        var stranger = Guid.NewGuid();

        await Assert.ThrowsAsync<AccessDeniedException>(() => fixture.Get<NewClasses>().FindAsync(stranger, fixture.Studio.ProjectId, false, Cancel));
        await Assert.ThrowsAsync<AccessDeniedException>(() => fixture.Get<NewClasses>().DismissAsync(stranger, fixture.Studio.ProjectId, [1], Cancel));
        await Assert.ThrowsAsync<AccessDeniedException>(() => fixture.Get<NewClassLabels>().CreateAsync(stranger, fixture.Studio.ProjectId, "Kiwi", [1], Cancel));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Three kinds; of two of them every other image has a label.</summary>
    private static async Task<ReviewFixture> StartAsync()
    {
        var fixture = await ReviewFixture.StartAsync(Count);
        await fixture.Studio.LabelAsync(
        [
            .. fixture.Images.Select((image, index) => (image.Id, Kind: ReviewFixture.KindOf(index), IsLabelled: index / ReviewFixture.Kinds % 2 == 0))
                .Where(image => image.IsLabelled && image.Kind < 2)
                .Select(image => (image.Id, (Guid?)fixture.Classes[image.Kind])),
        ]);
        return fixture;
    }

    private static int KindOf(ReviewFixture fixture, long imageId) =>
        ReviewFixture.KindOf(Array.FindIndex(fixture.Images, image => image.Id == imageId));

    private static Task<NewClassReport> FindAsync(ReviewFixture fixture, bool again = false) =>
        fixture.Get<NewClasses>().FindAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, again, Cancel);
}
