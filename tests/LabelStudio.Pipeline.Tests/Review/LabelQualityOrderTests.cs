using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class LabelQualityOrderTests
{
    private static readonly int[] Planted = [4, 31, 77];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SortAsync_PlantedErrors_ComeFirstOrLast()
    {
        await using var fixture = await ReviewFixture.StartAsync(120);
        await fixture.LabelAllAsync(Planted);
        var planted = Planted.Select(index => fixture.Images[index].Id).ToArray();

        var doubtful = await SortAsync(fixture, isBestFirst: false);
        var trusted = await SortAsync(fixture, isBestFirst: true);

        Assert.Equal(fixture.Images.Select(image => image.Id), doubtful.Order());
        Assert.Equal(planted, doubtful.Take(3).Order());
        Assert.Equal(planted, trusted.TakeLast(3).Order());
        await Assert.ThrowsAnyAsync<StudioException>(() => fixture.Get<LabelQualityOrder>().SortAsync(Guid.NewGuid(), fixture.Studio.ProjectId, new ImageFilter(), false, Token));
    }

    [Fact]
    public async Task SortAsync_ALabelChangedSince_ComesLast()
    {
        await using var fixture = await ReviewFixture.StartAsync(120);
        await fixture.LabelAllAsync(Planted);
        await SortAsync(fixture, isBestFirst: false);
        var changed = fixture.Images[Planted[0]].Id;
        await fixture.Studio.LabelAsync((changed, fixture.Classes[ReviewFixture.KindOf(Planted[0])]));

        Assert.Equal(changed, (await SortAsync(fixture, isBestFirst: false))[^1]);
    }

    [Fact]
    public async Task SortAsync_ProjectThatHidesSuggestions_IsRefusedToAnnotators()
    {
        await using var fixture = await ReviewFixture.StartAsync(30);
        await fixture.LabelAllAsync();
        await fixture.Get<QualityPlans>().SetAsync(
            fixture.Studio.UserId, new QualityPlan { ProjectId = fixture.Studio.ProjectId, HidesSuggestions = true }, Token);
        var annotator = await fixture.Studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<InvalidRequestException>(
            () => fixture.Get<LabelQualityOrder>().SortAsync(annotator, fixture.Studio.ProjectId, new ImageFilter(), false, Token));
        await Assert.ThrowsAsync<InvalidRequestException>(
            () => fixture.Get<LabelErrorReview>().FindAsync(annotator, fixture.Studio.ProjectId, again: false, Token));
        Assert.Equal(30, (await SortAsync(fixture, isBestFirst: false)).Count);
    }

    private static Task<IReadOnlyList<long>> SortAsync(ReviewFixture fixture, bool isBestFirst) => fixture.Get<LabelQualityOrder>().SortAsync(
        fixture.Studio.UserId, fixture.Studio.ProjectId, new ImageFilter { Sort = ImageSort.Oldest }, isBestFirst, Token);
}
