using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class OutlierOrderTests
{
    private static readonly int[] Planted = [4, 31, 47];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SortAsync_ImagesThatLookLikeAnotherClass_ComeFirst()
    {
        await using var fixture = await ReviewFixture.StartAsync(90);
        await fixture.LabelAllAsync(Planted);

        var order = await SortAsync(fixture);

        Assert.Equal(fixture.Images.Select(image => image.Id), order.Order());
        Assert.Equal(Planted.Select(index => fixture.Images[index].Id), order.Take(3).Order());
        await Assert.ThrowsAnyAsync<StudioException>(
            () => fixture.Get<OutlierOrder>().SortAsync(Guid.NewGuid(), fixture.Studio.ProjectId, new ImageFilter(), Token));
    }

    [Fact]
    public async Task SortAsync_ALabelPutRight_ComesLastAndLeavesTheOthersTheirPlaces()
    {
        await using var fixture = await ReviewFixture.StartAsync(90);
        await fixture.LabelAllAsync(Planted);
        var before = await SortAsync(fixture);
        var mended = fixture.Images[Planted[0]].Id;
        await fixture.Studio.LabelAsync((mended, fixture.Classes[ReviewFixture.KindOf(Planted[0])]));

        Assert.Equal([.. before.Where(id => id != mended), mended], await SortAsync(fixture));
    }

    [Fact]
    public async Task SortAsync_ManyLabelsChanged_IsMeasuredAnew()
    {
        await using var fixture = await ReviewFixture.StartAsync(90);
        await fixture.LabelAllAsync();
        await SortAsync(fixture);

        await fixture.LabelAllAsync([.. Enumerable.Range(0, 90).Where(index => index % 8 == 0)]);

        var first = (await SortAsync(fixture))[0];
        Assert.Equal(0, Array.FindIndex(fixture.Images, image => image.Id == first) % 8);
    }

    private static Task<IReadOnlyList<long>> SortAsync(ReviewFixture fixture) => fixture.Get<OutlierOrder>().SortAsync(
        fixture.Studio.UserId, fixture.Studio.ProjectId, new ImageFilter { Sort = ImageSort.Oldest }, Token);
}
