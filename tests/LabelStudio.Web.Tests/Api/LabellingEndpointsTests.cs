using System.Net;
using System.Net.Http.Json;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Api;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Api;

public sealed class LabellingEndpointsTests(StudioProject studio) : IClassFixture<StudioProject>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Take_TwoPeople_NeverGetTheSameImage()
    {
        var project = await studio.AddProjectAsync();
        await studio.AddImagesAsync(project, 6);
        var other = await AnnotatorAsync();

        var first = await TakeAsync(studio.Administrator, project, 3);
        var second = await TakeAsync(other, project, 6);

        Assert.Equal(3, first.Tasks.Count);
        Assert.Equal(3, second.Tasks.Count);
        Assert.Empty(first.Tasks.Select(t => t.ImageId).Intersect(second.Tasks.Select(t => t.ImageId)));
        Assert.Equal(3, second.Queue.HeldByOthers);
    }

    [Fact]
    public async Task HiddenCheck_AskedForByAnAnnotator_NeverComesWithItsLabel()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var image = (await studio.AddImagesAsync(project, 1))[0];
        await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), image, AnnotationKind.Label, hat, 0));
        await studio.Get<KnownImages>().AddAsync(studio.AdministratorId, project, image, Cancel);
        await studio.Get<QualityPlans>().SetAsync(studio.AdministratorId, new QualityPlan { ProjectId = project, KnownPercent = 10 }, Cancel);
        var annotator = await AnnotatorAsync();
        var address = $"/api/v1/projects/{project}/";

        var taken = await StudioProject.PostAsync<TakeAnswer>(annotator, address + "labelling/take", new TakeRequest(QueueOrder.Oldest, 1, [], null, null) { Images = [image] });
        var tiles = await StudioProject.PostAsync<TilesAnswer>(annotator, address + "images/tiles", new TilesRequest([image], false));
        var counts = await StudioProject.PostAsync<SelectionCounts>(annotator, address + "images/counts", new ImageIdsRequest([image]));
        var found = await annotator.GetFromJsonAsync<long[]>(new Uri($"{address}images/ids?class={hat}", UriKind.Relative), Cancel);
        var table = await annotator.GetStringAsync(new Uri(address + "export/csv?unlabelled=true", UriKind.Relative), Cancel);

        Assert.Equal((ImageState.Unlabelled, null), (taken.Tasks[0].State, taken.Tasks[0].ClassId));
        Assert.Equal((ImageState.Unlabelled, null), (tiles.Tiles[0].State, tiles.Tiles[0].ClassId));
        Assert.Equal((1, 0), (counts.Unlabelled, counts.Labelled));
        Assert.Empty(found!);
        Assert.DoesNotContain("hat", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Take_ChosenImages_GivesTheseInTheirOrderWhateverTheirState()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var images = await studio.AddImagesAsync(project, 4);
        await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), images[1], AnnotationKind.Label, hat, 0));
        var request = new TakeRequest(QueueOrder.Oldest, 2, [], null, null) { Images = [images[3], images[1], images[0]] };

        var first = await StudioProject.PostAsync<TakeAnswer>(studio.Administrator, $"/api/v1/projects/{project}/labelling/take", request);
        var none = await StudioProject.PostAsync<TakeAnswer>(
            studio.Administrator, $"/api/v1/projects/{project}/labelling/take", request with { Images = [] });

        var tasks = first.Tasks;
        Assert.Equal([images[3], images[1]], tasks.Select(task => task.ImageId));
        Assert.Contains(tasks, task => task.ImageId == images[1] && task.State == ImageState.Labelled);
        Assert.Empty(none.Tasks);
    }

    [Fact]
    public async Task Take_ReplaceableImages_StayWithThePageUntilItGivesThemBack()
    {
        var project = await studio.AddProjectAsync();
        var images = await studio.AddImagesAsync(project, 3);
        var other = await AnnotatorAsync();
        await TakeAsync(studio.Administrator, project, 3);

        var answer = await TakeAsync(studio.Administrator, project, 1, held: [images[0]], replaceable: [images[1], images[2]]);
        var before = await TakeAsync(other, project, 3);
        long[] notWanted = [.. images.Except([images[0], answer.Tasks.Single().ImageId])];
        await studio.Administrator.PostAsJsonAsync($"/api/v1/projects/{project}/labelling/release", new { imageIds = notWanted }, TestContext.Current.CancellationToken);
        var after = await TakeAsync(other, project, 3);

        // The page may have come to show one while the answer was on its way.
        Assert.Empty(before.Tasks);
        Assert.Equal(notWanted, after.Tasks.Select(task => task.ImageId));
    }

    [Fact]
    public async Task Decision_SentTwice_IsSavedOnce()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var image = (await studio.AddImagesAsync(project, 1))[0];
        var decision = new Decision(Guid.NewGuid(), image, AnnotationKind.Label, hat, 0);

        var first = await StudioProject.DecideAsync(studio.Administrator, project, decision);
        var again = await StudioProject.DecideAsync(studio.Administrator, project, decision);

        Assert.Equal(DecisionOutcome.Saved, first.Outcome);
        Assert.Equal(DecisionOutcome.AlreadySaved, again.Outcome);
        Assert.Equal(first.LabelVersion, again.LabelVersion);
        Assert.Single(await studio.Get<ImageHistory>().ListAsync(studio.AdministratorId, image, Cancel));
    }

    [Fact]
    public async Task Decision_OnAnOldVersion_IsAConflictAndKeepsTheOtherLabel()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var coat = await studio.AddClassAsync(project, "coat");
        var image = (await studio.AddImagesAsync(project, 1))[0];
        var other = await AnnotatorAsync();
        await StudioProject.DecideAsync(other, project, new Decision(Guid.NewGuid(), image, AnnotationKind.Label, hat, 0));

        var late = await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), image, AnnotationKind.Label, coat, 0));

        Assert.Equal(DecisionOutcome.Conflict, late.Outcome);
        Assert.Equal(hat, late.ClassId);
        Assert.Equal(nameof(StudioRole.Annotator), late.ConflictUserName);
        Assert.Equal(ImageState.Labelled, late.State);
        Assert.Equal(hat, (await studio.Get<ImageLibrary>().GetAsync(studio.AdministratorId, image, Cancel)).ClassId);
    }

    [Fact]
    public async Task Decision_OnAnImageDiscardedMeanwhile_TellsHowItIsNow()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var image = (await studio.AddImagesAsync(project, 1))[0];
        await StudioProject.DecideAsync(await AnnotatorAsync(), project, new Decision(Guid.NewGuid(), image, AnnotationKind.Discard, ExpectedVersion: 0));

        var late = await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), image, AnnotationKind.Label, hat, 0));

        Assert.Equal((DecisionOutcome.Conflict, null, ImageState.Discarded), (late.Outcome, late.ClassId, late.State));
    }

    [Fact]
    public async Task Decision_ForAnArchivedClass_IsRefusedWithItsName()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var image = (await studio.AddImagesAsync(project, 1))[0];
        await studio.Get<ClassCatalog>().ArchiveAsync(studio.AdministratorId, project, hat, Cancel);

        var result = await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), image, AnnotationKind.Label, hat, 0));

        Assert.Equal(DecisionOutcome.Refused, result.Outcome);
        Assert.Contains("'hat'", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bulk_ManyImages_IsTakenBackByOneUndo()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var images = await studio.AddImagesAsync(project, 5);
        var bulk = await StudioProject.PostAsync<BulkAnswer>(
            studio.Administrator, $"/api/v1/projects/{project}/labelling/bulk", new BulkRequest(images, AnnotationKind.Label, hat));

        var undone = await StudioProject.PostAsync<UndoResult>(studio.Administrator, $"/api/v1/projects/{project}/labelling/undo", new { });

        Assert.Equal(5, bulk.Count);
        Assert.Equal(5, undone.ImageCount);
        Assert.Equal(5, (await studio.Get<ImageLibrary>().CountsAsync(studio.AdministratorId, project, Cancel)).Unlabelled);
    }

    [Fact]
    public async Task Bulk_SeveralClasses_AreAddedWhereTheProjectTakesThem()
    {
        var project = await studio.Get<ProjectCatalog>().CreateAsync(studio.AdministratorId, new NewProject("Pets") { TakesSeveralClasses = true }, Cancel);
        var (dog, cat) = (await studio.AddClassAsync(project, "dog"), await studio.AddClassAsync(project, "cat"));
        var images = await studio.AddImagesAsync(project, 2);
        await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), images[0], AnnotationKind.Label, dog));

        var answer = await StudioProject.PostAsync<BulkAnswer>(
            studio.Administrator, $"/api/v1/projects/{project}/labelling/bulk", new { imageIds = images, kind = "Label", classIds = new[] { cat }, change = "Add" });

        var classes = (await studio.Get<ClassCatalog>().ListAsync(studio.AdministratorId, project, Cancel)).ToDictionary(item => item.Id, item => item.Name);
        var tiles = await studio.Get<ImageLibrary>().PageAsync(studio.AdministratorId, project, new ImageFilter { Sort = ImageSort.Oldest }, null, 10, Cancel);
        Assert.Equal(2, answer.Count);
        Assert.Equal(["dog + cat", "cat"], tiles.Select(tile => classes[tile.ClassId!.Value]));
    }

    [Fact]
    public async Task Recent_AfterSeveralDecisions_GivesEachImageOnceOldestFirst()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var images = await studio.AddImagesAsync(project, 2);
        await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), images[0], AnnotationKind.Label, hat));
        await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), images[1], AnnotationKind.Label, hat));
        await StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), images[0], AnnotationKind.Discard));

        var recent = await studio.Administrator.GetFromJsonAsync<RecentDecision[]>(
            new Uri($"/api/v1/projects/{project}/labelling/recent", UriKind.Relative), StudioProject.Json, Cancel);

        Assert.Equal([images[1], images[0]], recent!.Select(decision => decision.Task.ImageId));
        Assert.Equal(ImageState.Discarded, recent![1].Task.State);
        Assert.Equal(new LabelBefore(ImageState.Labelled, hat), recent[1].Before);
    }

    [Fact]
    public async Task Decisions_None_AreRefusedAsAProblem()
    {
        var project = await studio.AddProjectAsync();

        using var answer = await studio.Administrator.PostAsJsonAsync(
            new Uri($"/api/v1/projects/{project}/labelling/decisions", UriKind.Relative), new DecisionsRequest([]), StudioProject.Json, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Bulk_OnlyUnlabelled_KeepsALabelGivenMeanwhileAndCountsIt()
    {
        var project = await studio.AddProjectAsync();
        var (hat, coat) = (await studio.AddClassAsync(project, "hat"), await studio.AddClassAsync(project, "coat"));
        var images = await studio.AddImagesAsync(project, 3);
        await StudioProject.DecideAsync(await AnnotatorAsync(), project, new Decision(Guid.NewGuid(), images[0], AnnotationKind.Label, hat));

        var answer = await StudioProject.PostAsync<BulkAnswer>(
            studio.Administrator, $"/api/v1/projects/{project}/labelling/bulk", new BulkRequest(images, AnnotationKind.Label, coat, OnlyUnlabelled: true));

        Assert.Equal((2, 1), (answer.Count, answer.LeftOut!.Count));
        Assert.Equal(hat, (await studio.Get<ImageLibrary>().GetAsync(studio.AdministratorId, images[0], Cancel)).ClassId);
    }

    [Fact]
    public async Task Decision_OfAVote_DoesNotTellThatItIsOne()
    {
        var project = await studio.AddProjectAsync();
        var hat = await studio.AddClassAsync(project, "hat");
        var image = (await studio.AddImagesAsync(project, 1))[0];
        await studio.Get<QualityPlans>().SetAsync(
            studio.AdministratorId, new QualityPlan { ProjectId = project, OverlapAnnotators = 2, OverlapPercent = 100 }, Cancel);

        using var answer = await (await AnnotatorAsync()).PostAsJsonAsync(
            new Uri($"/api/v1/projects/{project}/labelling/decisions", UriKind.Relative),
            new DecisionsRequest([new Decision(Guid.NewGuid(), image, AnnotationKind.Label, hat)]),
            StudioProject.Json,
            Cancel);

        Assert.DoesNotContain("vote", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.OrdinalIgnoreCase);
    }

    private async Task<HttpClient> AnnotatorAsync()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        await studio.Factory.AddPersonAsync(StudioRole.Annotator, email);
        return await studio.Factory.SignInAsync(email);
    }

    private static Task<TakeAnswer> TakeAsync(HttpClient client, Guid project, int count, long[]? held = null, long[]? replaceable = null) =>
        StudioProject.PostAsync<TakeAnswer>(
            client, $"/api/v1/projects/{project}/labelling/take", new TakeRequest(QueueOrder.Oldest, count, held, replaceable, null));
}
