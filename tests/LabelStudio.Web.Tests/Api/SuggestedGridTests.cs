using System.Net;
using System.Net.Http.Json;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Web.Api;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Api;

/// <summary>What the live head suggests, asked for through the endpoints of the grid and the label page.</summary>
public sealed class SuggestedGridTests(LearnedProject learned) : IClassFixture<LearnedProject>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ids_OfSuggestions_AreTheUnlabelledImagesThatTheLiveHeadMeans()
    {
        var (images, classes) = (learned.Images, learned.Classes);
        var left = learned.Unlabelled.SkipLast(1).ToList();
        IEnumerable<long> LeftOf(int kind) => left.Where(image => learned.Kinds[images.Index().Single(item => item.Item == image).Index] == kind);

        Assert.Equal(LeftOf(0).Order(), (await IdsAsync($"suggested={classes[0]}")).Order());
        Assert.Subset((await IdsAsync($"suggested={classes[1]}&atLeast=30")).ToHashSet(), LeftOf(1).ToHashSet());
        Assert.Equal(images[^1], (await IdsAsync(GridQuery.Between(classes[1], classes[2]).ToQueryString()))[0]);
        Assert.Equal(images[^1], (await IdsAsync("sort=certain"))[^1]);
        Assert.DoesNotContain(images[0], await IdsAsync("sort=suggestion"));
    }

    [Fact]
    public async Task Ids_UnlikeTheOthersFirst_AreInTheOrderOfOutliers()
    {
        var studio = learned.Studio;
        var order = await studio.Get<OutlierOrder>().SortAsync(
            studio.AdministratorId, learned.Id, new ImageFilter { State = ImageState.Unlabelled, Sort = ImageSort.Newest }, Cancel);

        Assert.Equal(order, await IdsAsync("state=unlabelled&sort=unlike"));
        Assert.NotEqual(order, await IdsAsync("state=unlabelled"));
    }

    [Fact]
    public async Task Take_ProjectThatHidesSuggestions_GivesNone()
    {
        var request = new TakeRequest(QueueOrder.Oldest, 1, null, null, learned.Unlabelled);
        async Task<TakeAnswer> TakeAsync() => await StudioProject.PostAsync<TakeAnswer>(
            learned.Studio.Administrator, $"/api/v1/projects/{learned.Id}/labelling/take", request);

        await learned.PlanAsync(hidesSuggestions: false);
        var shown = await TakeAsync();
        await learned.PlanAsync(hidesSuggestions: true);
        var hidden = await TakeAsync();
        await learned.PlanAsync(hidesSuggestions: false);

        Assert.Equal(learned.Unlabelled.Order(), shown.Suggestions.Keys.Order());
        Assert.Empty(hidden.Suggestions);
    }

    [Fact]
    public async Task Tiles_ProjectThatHidesSuggestions_ShowThemToLeadsOnly()
    {
        var annotator = await AnnotatorAsync();
        var request = new TilesRequest(learned.Unlabelled, WithSuggestions: true);
        async Task<TilesAnswer> TilesAsync(HttpClient person) =>
            await StudioProject.PostAsync<TilesAnswer>(person, $"/api/v1/projects/{learned.Id}/images/tiles", request);

        var open = await TilesAsync(annotator);
        await learned.PlanAsync(hidesSuggestions: true);
        var (hidden, lead) = (await TilesAsync(annotator), await TilesAsync(learned.Studio.Administrator));
        await learned.PlanAsync(hidesSuggestions: false);

        Assert.Equal(learned.Unlabelled.Count, open.Suggestions.Count);
        Assert.Equal((learned.Unlabelled.Count, 0), (hidden.Tiles.Count, hidden.Suggestions.Count));
        Assert.Equal(learned.Unlabelled.Count, lead.Suggestions.Count);
    }

    [Theory]
    [InlineData("ids?atLeast=50")]
    [InlineData("ids?sort=uncertain")]
    [InlineData("ids?sort=doubtful")]
    [InlineData("ids?agrees=false")]
    [InlineData("groups?group=suggestion")]
    public async Task Query_BySuggestionsThatAreHidden_IsRefusedToAnnotatorsWithTheReason(string query)
    {
        var annotator = await AnnotatorAsync();
        var address = new Uri($"/api/v1/projects/{learned.Id}/images/{query}", UriKind.Relative);

        await learned.PlanAsync(hidesSuggestions: true);
        using var refused = await annotator.GetAsync(address, Cancel);
        using var allowed = await learned.Studio.Administrator.GetAsync(address, Cancel);
        await learned.PlanAsync(hidesSuggestions: false);
        using var open = await annotator.GetAsync(address, Cancel);

        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.OK, HttpStatusCode.OK), (refused.StatusCode, allowed.StatusCode, open.StatusCode));
        Assert.Contains("hides what the model suggests", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private async Task<HttpClient> AnnotatorAsync()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        await learned.Studio.Factory.AddPersonAsync(StudioRole.Annotator, email);
        return await learned.Studio.Factory.SignInAsync(email);
    }

    private async Task<long[]> IdsAsync(string query) => (await learned.Studio.Administrator.GetFromJsonAsync<long[]>(
        new Uri($"/api/v1/projects/{learned.Id}/images/ids?{query}", UriKind.Relative), StudioProject.Json, Cancel))!;
}
