using System.Net.Http.Json;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Api;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Api;

public sealed class GridEndpointsTests(StudioProject studio) : IClassFixture<StudioProject>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ids_Filtered_GivesAllThatMatchInOrder()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var images = await studio.AddImagesAsync(project, 4);
        await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), images[1], AnnotationKind.Label, hat));

        Assert.Equal([images[1]], await IdsAsync(project, $"class={hat}"));
        Assert.Equal([images[0], images[2], images[3]], await IdsAsync(project, "state=unlabelled&sort=oldest"));
        Assert.Equal([images[3], images[2], images[1], images[0]], await IdsAsync(project, ""));
        Assert.Equal([images[2]], await IdsAsync(project, "text=3.png"));
    }

    [Fact]
    public async Task Tiles_OfSomeIds_GivesThoseOnly()
    {
        var project = await studio.AddProjectAsync();
        var images = await studio.AddImagesAsync(project, 3);

        var answer = await StudioProject.PostAsync<TilesAnswer>(
            studio.Administrator, $"/api/v1/projects/{project}/images/tiles", new TilesRequest([images[0], images[2]], WithSuggestions: false));

        Assert.Equal([images[0], images[2]], answer.Tiles.Select(tile => tile.Id).Order());
    }

    [Fact]
    public async Task Delete_SomeImages_LeavesTheOthers()
    {
        var project = await studio.AddProjectAsync();
        var images = await studio.AddImagesAsync(project, 3);

        var answer = await StudioProject.PostAsync<DeletedImages>(
            studio.Administrator, $"/api/v1/projects/{project}/images/delete", new DeleteImagesRequest([images[0], images[1]]));

        Assert.Equal(2, answer.Count);
        Assert.Equal([images[2]], await IdsAsync(project, ""));
    }

    [Fact]
    public void Query_WrittenIntoAnAddress_LeavesOutWhatIsNotSet()
    {
        var query = new GridQuery("labelled", Text: "a&b", Flagged: true);

        Assert.Equal("state=labelled&text=a%26b&flagged=true", query.ToQueryString());
        Assert.Equal(ImageState.Labelled, query.ToFilter().State);
        Assert.True(query.ToFilter().IsFlagged);
    }

    [Fact]
    public void Query_WithUnknownWords_MatchesEverything()
    {
        var filter = new GridQuery("nonsense", Split: "7", Text: " ", Sort: "up").ToFilter();

        Assert.Equal(new ImageFilter { Sort = ImageSort.Newest }, filter);
    }

    [Fact]
    public async Task Ids_OfASuggestion_BeforeAnythingIsLearned_AreNone()
    {
        var project = await studio.AddProjectAsync();
        await studio.AddImagesAsync(project, 2);

        Assert.Empty(await IdsAsync(project, "atLeast=80"));
    }

    [Fact]
    public void Query_OfSuggestions_LooksAtUnlabelledImagesOnly() =>
        Assert.Equal(ImageState.Unlabelled, new GridQuery("labelled", AtLeast: 80).ToFilter().State);

    private async Task<long[]> IdsAsync(Guid project, string query) => (await studio.Administrator.GetFromJsonAsync<long[]>(
        new Uri($"/api/v1/projects/{project}/images/ids?{query}", UriKind.Relative), StudioProject.Json, Cancel))!;
}
