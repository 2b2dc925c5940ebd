using System.Globalization;
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
    public async Task Metadata_SetByApi_IsReadAndFiltersTheGrid()
    {
        var project = await studio.AddProjectAsync();
        var images = await studio.AddImagesAsync(project, 2);

        var answer = await StudioProject.PostAsync<ChangedMetadata>(
            studio.Administrator,
            $"/api/v1/projects/{project}/images/metadata",
            new[] { new MetadataChange(images[1], null, new Dictionary<string, string?> { ["site"] = "pier & quay", ["depth"] = "2.5" }) });

        Assert.Equal(1, answer.Count);
        var query = new GridQuery(MetaKey: "site", Meta: "pier & quay");
        Assert.Equal([images[1]], await IdsAsync(project, query.ToQueryString()));
        Assert.Equal([images[1]], await IdsAsync(project, new GridQuery(MetaKey: "depth", MetaFrom: 2.5, MetaBelow: 3).ToQueryString()));
        Assert.Empty(await IdsAsync(project, "metaKey=depth&metaBelow=2.5"));
        var read = await studio.Administrator.GetFromJsonAsync<Dictionary<string, string>>($"/api/v1/projects/{project}/images/{images[1]}/metadata", Cancel);
        Assert.Equal("pier & quay", read!["site"]);
    }

    [Fact]
    public async Task Delete_SomeImages_LeavesTheOthersAndCanBeTakenBack()
    {
        var project = await studio.AddProjectAsync();
        var images = await studio.AddImagesAsync(project, 3);

        var answer = await StudioProject.PostAsync<BulkAnswer>(
            studio.Administrator, $"/api/v1/projects/{project}/images/delete", new ImageIdsRequest([images[0], images[1]]));

        Assert.Equal(2, answer.Count);
        Assert.Equal([images[2]], await IdsAsync(project, ""));

        var restored = await StudioProject.PostAsync<RestoredImages>(
            studio.Administrator, $"/api/v1/projects/{project}/images/restore", new ImageIdsRequest([images[0], images[1]]));

        Assert.Equal(new RestoredImages(2, 0), restored);
        Assert.Equal([images[2], images[1], images[0]], await IdsAsync(project, ""));
    }

    [Fact]
    public async Task Split_OfSomeImages_IsTakenBackByItsId()
    {
        var project = await studio.AddProjectAsync();
        var images = await studio.AddImagesAsync(project, 3);
        var before = await IdsAsync(project, "split=test");

        var moved = await StudioProject.PostAsync<SplitMoveResult>(
            studio.Administrator, $"/api/v1/projects/{project}/images/split", new SplitRequest(images, Split.Test));
        var between = await IdsAsync(project, "split=test");
        await StudioProject.PostAsync<BulkAnswer>(
            studio.Administrator, $"/api/v1/projects/{project}/images/split/undo", new SplitUndoRequest(moved.MoveId!.Value));

        Assert.Equal(3, between.Length);
        Assert.Equal(before, await IdsAsync(project, "split=test"));
    }

    [Fact]
    public async Task Ids_TellTheMoment_AndWhatWasDecidedSinceIsLeftAlone()
    {
        var project = await studio.AddProjectAsync();
        var (hat, cap) = (await studio.AddClassAsync(project, "hat"), await studio.AddClassAsync(project, "cap"));
        var images = await studio.AddImagesAsync(project, 3);
        using var list = await studio.Administrator.GetAsync(new Uri($"/api/v1/projects/{project}/images/ids", UriKind.Relative), Cancel);
        var asOf = long.Parse(Assert.Single(list.Headers.GetValues("X-As-Of")), CultureInfo.InvariantCulture);
        var url = $"/api/v1/projects/{project}/labelling/bulk";
        await StudioProject.PostAsync<BulkAnswer>(studio.Administrator, url, new BulkRequest([images[0]], AnnotationKind.Label, hat));

        var answer = await StudioProject.PostAsync<BulkAnswer>(studio.Administrator, url, new BulkRequest(images, AnnotationKind.Label, cap, AsOf: asOf));
        var counts = await StudioProject.PostAsync<SelectionCounts>(studio.Administrator, $"/api/v1/projects/{project}/images/counts", new ImageIdsRequest(images));

        Assert.Equal(2, answer.Count);
        Assert.Equal([images[0]], answer.LeftOut);
        Assert.Equal((0, 1, 2), (counts.Unlabelled, counts.ByClass[hat], counts.ByClass[cap]));
    }

    [Fact]
    public async Task Job_LabelsManyInTheBackgroundAndTellsItsEnd()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var images = await studio.AddImagesAsync(project, 3);
        var address = $"/api/v1/projects/{project}/images/job";

        await StudioProject.PostAsync<BulkJobStatus>(
            studio.Administrator, address, new BulkOrder(BulkAction.Decide, [new BulkPart(images, hat)], AnnotationKind.Label));
        BulkJobStatus? last;
        do
        {
            last = await studio.Administrator.GetFromJsonAsync<BulkJobStatus>(new Uri(address, UriKind.Relative), StudioProject.Json, Cancel);
        }
        while (last!.State == BulkJobState.Running);

        Assert.Equal((BulkJobState.Done, 3), (last.State, last.Changed));
        Assert.Equal(3, (await IdsAsync(project, $"class={hat}")).Length);
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
    public async Task Query_OfMoreFilters_IsReadFromItsAddress()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var images = await studio.AddImagesAsync(project, 2);
        await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), images[1], AnnotationKind.Label, hat));
        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

        var query = new GridQuery(By: studio.AdministratorId, LabelledFrom: day.AddDays(-1), LabelledTo: day.AddDays(1), AddedFrom: day.AddDays(-1), AddedTo: DateOnly.MaxValue, SideFrom: 1);

        Assert.Equal([images[1]], await IdsAsync(project, query.ToQueryString()));
        Assert.Empty(await IdsAsync(project, $"by={Guid.NewGuid()}"));
        Assert.Empty(await IdsAsync(project, new GridQuery(LabelledTo: day.AddDays(-2)).ToQueryString()));
        Assert.Empty(await IdsAsync(project, new GridQuery(AddedFrom: day.AddDays(2)).ToQueryString()));
        Assert.Empty(await IdsAsync(project, "sideTo=1"));
    }

    [Fact]
    public async Task Ids_OfAReviewState_KeepTheOtherFiltersAndTheOrder()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var images = await studio.AddImagesAsync(project, 4);
        await StudioProject.PostAsync<SplitMoveResult>(
            studio.Administrator, $"/api/v1/projects/{project}/images/split", new SplitRequest([.. images.Take(3)], Split.Test));
        await StudioProject.PostAsync<SplitMoveResult>(
            studio.Administrator, $"/api/v1/projects/{project}/images/split", new SplitRequest([images[3]], Split.Train));
        foreach (var image in images.Skip(1))
        {
            await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), image, AnnotationKind.Label, hat));
        }

        Assert.Equal([images[1], images[2]], await IdsAsync(project, "review=unchecked&split=test&sort=oldest"));
        Assert.Equal([images[2], images[1]], await IdsAsync(project, "review=unchecked&split=test"));
        Assert.Equal([images[3]], await IdsAsync(project, "review=unchecked&split=train"));
    }

    [Fact]
    public async Task Ids_ByLabelQuality_BeforeAnythingIsJudged_AreTheLabelledOnes()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var images = await studio.AddImagesAsync(project, 3);
        foreach (var image in images.Take(2))
        {
            await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), image, AnnotationKind.Label, hat));
        }

        Assert.Equal([images[1], images[0]], await IdsAsync(project, "sort=doubtful"));
        Assert.Equal([images[1], images[0]], await IdsAsync(project, "sort=trusted"));
    }

    [Fact]
    public void Query_OfAgreement_LooksAtLabelledImagesOnly() =>
        Assert.Equal(ImageState.Labelled, new GridQuery("unlabelled", AtLeast: 80, Agrees: false).ToFilter().State);

    [Fact]
    public void Query_OfSuggestions_LooksAtUnlabelledImagesOnly() =>
        Assert.Equal(ImageState.Unlabelled, new GridQuery("labelled", AtLeast: 80).ToFilter().State);

    private async Task<long[]> IdsAsync(Guid project, string query) => (await studio.Administrator.GetFromJsonAsync<long[]>(
        new Uri($"/api/v1/projects/{project}/images/ids?{query}", UriKind.Relative), StudioProject.Json, Cancel))!;
}
