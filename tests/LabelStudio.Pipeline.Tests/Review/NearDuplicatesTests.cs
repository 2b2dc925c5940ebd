using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class NearDuplicatesTests
{
    [Fact]
    public async Task FindAsync_EqualPicturesUnderOtherBytes_AreASet()
    {
        await using var fixture = await StartAsync();

        var report = await FindAsync(fixture);

        var set = Assert.Single(report.Sets);
        Assert.Equal([fixture.Images[1].Id, fixture.Images[4].Id], set.Images.Select(image => image.ImageId).Order());
        Assert.Equal((fixture.Images.Length, 1, false), (report.Compared, report.Unreadable, report.IsOutdated));
    }

    [Fact]
    public async Task SetSizesAsync_OfSomeImages_TellsThoseWithNearDuplicatesOnceSearched()
    {
        await using var fixture = await StartAsync();
        long[] asked = [fixture.Images[1].Id, fixture.Images[2].Id];
        var before = await SizesAsync();
        var set = Assert.Single((await FindAsync(fixture)).Sets);

        var found = await SizesAsync();
        await fixture.Get<NearDuplicates>().DismissAsync(
            fixture.Studio.UserId, fixture.Studio.ProjectId, Ids(set), TestContext.Current.CancellationToken);

        Assert.Empty(before);
        Assert.Equal([KeyValuePair.Create(fixture.Images[1].Id, 2)], found);
        Assert.Empty(await SizesAsync());

        Task<IReadOnlyDictionary<long, int>> SizesAsync() => fixture.Get<NearDuplicates>().SetSizesAsync(
            fixture.Studio.UserId, fixture.Studio.ProjectId, asked, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task FindAsync_SetInTrainAndTest_LeaksUntilMovedAsAGroup()
    {
        await using var fixture = await StartAsync();
        await SetSplitAsync(fixture, fixture.Images[4].Id, Split.Test);
        var before = Assert.Single((await FindAsync(fixture)).Sets);

        var moved = await fixture.Get<SplitMoves>().MoveAsync(
            fixture.Studio.UserId, fixture.Studio.ProjectId, Ids(before), Split.Train, TestContext.Current.CancellationToken);

        Assert.True(before.CrossesSplits && before.LeaksIntoTest);
        Assert.Equal(1, moved.Count);
        Assert.Equal(Split.Train, (await fixture.ImageAsync(fixture.Images[4].Id)).Split);
        Assert.False(Assert.Single((await FindAsync(fixture)).Sets).CrossesSplits);
    }

    [Fact]
    public async Task KeepOneAsync_ASet_DiscardsTheOthersAndTheSetIsGone()
    {
        await using var fixture = await StartAsync();
        var set = Assert.Single((await FindAsync(fixture)).Sets);

        var discarded = await fixture.Get<DuplicateResolution>().KeepOneAsync(
            fixture.Studio.UserId, fixture.Studio.ProjectId, Ids(set), fixture.Images[4].Id, TestContext.Current.CancellationToken);

        Assert.Equal(1, discarded);
        Assert.Equal(ImageState.Discarded, (await fixture.ImageAsync(fixture.Images[1].Id)).State);
        Assert.Equal(ImageState.Unlabelled, (await fixture.ImageAsync(fixture.Images[4].Id)).State);
        Assert.Empty((await FindAsync(fixture)).Sets);
    }

    [Fact]
    public async Task KeepOneAsync_AnImageOfAnotherSet_IsRefused()
    {
        await using var fixture = await StartAsync();

        await Assert.ThrowsAsync<InvalidRequestException>(() => fixture.Get<DuplicateResolution>().KeepOneAsync(
            fixture.Studio.UserId, fixture.Studio.ProjectId, [fixture.Images[1].Id], fixture.Images[2].Id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task DismissAsync_ASet_IsNotShownAgain()
    {
        await using var fixture = await StartAsync();
        var duplicates = fixture.Get<NearDuplicates>();
        var set = Assert.Single((await FindAsync(fixture)).Sets);

        await duplicates.DismissAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, Ids(set), TestContext.Current.CancellationToken);

        Assert.Empty((await FindAsync(fixture)).Sets);
        Assert.Empty((await FindAsync(fixture, again: true)).Sets);
    }

    [Fact]
    public async Task FindAsync_SamePictureWithTwoLabels_SaysSo()
    {
        await using var fixture = await StartAsync();
        await fixture.Studio.LabelAsync((fixture.Images[1].Id, fixture.Classes[0]), (fixture.Images[4].Id, fixture.Classes[1]));

        Assert.True(Assert.Single((await FindAsync(fixture)).Sets).DisagreesOnClass);
    }

    [Fact]
    public async Task FindAsync_AfterAnImport_IsOutdatedUntilSearchedAgain()
    {
        await using var fixture = await StartAsync();
        await FindAsync(fixture);
        await WriteAsync(fixture, await fixture.Studio.AddImagesAsync(1), TestPictures.Draw(2));

        var kept = await FindAsync(fixture);
        var again = await FindAsync(fixture, again: true);

        Assert.True(kept.IsOutdated);
        Assert.Single(kept.Sets);
        Assert.Equal((2, false), (again.Sets.Count, again.IsOutdated));
    }

    /// <summary>Six images: pictures 1 and 4 show the same, the last file is no picture.</summary>
    private static async Task<ReviewFixture> StartAsync()
    {
        var fixture = await ReviewFixture.StartAsync(6);
        for (var index = 0; index < 5; index++)
        {
            await WriteAsync(fixture, [fixture.Images[index]], TestPictures.Draw(index == 4 ? 1 : index));
        }

        await WriteAsync(fixture, [fixture.Images[5]], [1, 2, 3]);
        return fixture;
    }

    private static async Task WriteAsync(ReviewFixture fixture, ImageRecord[] images, byte[] content)
    {
        foreach (var image in images)
        {
            var path = fixture.Get<BlobStore>().PathOf(image.Sha256, image.Extension);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, content);
        }
    }

    private static async Task SetSplitAsync(ReviewFixture fixture, long imageId, Split split)
    {
        await using var db = fixture.Studio.Open();
        await db.Images.Where(image => image.Id == imageId).ExecuteUpdateAsync(row => row.SetProperty(image => image.Split, split));
    }

    private static long[] Ids(NearDuplicateSet set) => [.. set.Images.Select(image => image.ImageId)];

    private static Task<NearDuplicateReport> FindAsync(ReviewFixture fixture, bool again = false) =>
        fixture.Get<NearDuplicates>().FindAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, again, null, TestContext.Current.CancellationToken);
}
