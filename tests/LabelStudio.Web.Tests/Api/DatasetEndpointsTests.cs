using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Api;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Api;

public sealed class DatasetEndpointsTests(StudioProject studio) : IClassFixture<StudioProject>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Freeze_ThenRelabel_TheDifferenceTellsAndRestoreTakesItBack()
    {
        var project = await studio.AddProjectAsync();
        var (owl, robin) = (await studio.AddClassAsync(project, "Owl"), await studio.AddClassAsync(project, "Robin"));
        var images = await studio.AddImagesAsync(project, 2);
        await LabelAsync(project, images[0], owl);
        await LabelAsync(project, images[1], robin);
        var version = (await StudioProject.PostAsync<FrozenDataset>(studio.Administrator, $"/api/v1/projects/{project}/datasets", new { })).Id;
        await LabelAsync(project, images[0], robin);

        var difference = await GetAsync<DatasetDifference>(project, $"{version}/difference");
        var preview = await GetAsync<LabelRestore>(project, $"{version}/restore");
        var tasks = await GetAsync<JsonElement>(project, $"{version}/files/labelStudio");
        var restored = await StudioProject.PostAsync<RestoredLabels>(studio.Administrator, $"/api/v1/projects/{project}/datasets/{version}/restore", new { });

        Assert.Equal([new LabelChange(images[0], owl, robin)], difference.Relabelled);
        Assert.Equal((1, 1), (preview.ChangeCount, restored.Changed));
        Assert.Contains("\"Owl\"", tasks[0].GetRawText(), StringComparison.Ordinal);
        Assert.Empty((await GetAsync<DatasetDifference>(project, $"{version}/difference")).Relabelled);
    }

    [Fact]
    public async Task Difference_OfTwoFrozenVersions_LeavesOutWhatChangedSince()
    {
        var project = await studio.AddProjectAsync();
        var (owl, robin) = (await studio.AddClassAsync(project, "Owl"), await studio.AddClassAsync(project, "Robin"));
        var images = await studio.AddImagesAsync(project, 3);
        await LabelAsync(project, images[0], owl);
        await LabelAsync(project, images[1], robin);
        var first = (await StudioProject.PostAsync<FrozenDataset>(studio.Administrator, $"/api/v1/projects/{project}/datasets", new { })).Id;
        await LabelAsync(project, images[0], robin);
        await LabelAsync(project, images[2], owl);
        var second = (await StudioProject.PostAsync<FrozenDataset>(studio.Administrator, $"/api/v1/projects/{project}/datasets", new { })).Id;
        await LabelAsync(project, images[1], owl);

        var forwards = await GetAsync<DatasetDifference>(project, $"{first}/difference?to={second}");
        var backwards = await GetAsync<DatasetDifference>(project, $"{second}/difference?to={first}");

        Assert.Equal([new LabelChange(images[0], owl, robin)], forwards.Relabelled);
        Assert.Equal([new LabelChange(images[2], null, owl)], forwards.Added);
        Assert.Empty(forwards.Removed);
        Assert.Equal([new LabelChange(images[0], robin, owl)], backwards.Relabelled);
        Assert.Equal([new LabelChange(images[2], owl, null)], backwards.Removed);
        Assert.Empty(backwards.Added);
        Assert.Equal([new LabelChange(images[1], robin, owl)], (await GetAsync<DatasetDifference>(project, $"{second}/difference")).Relabelled);
    }

    [Fact]
    public async Task Notes_OfARun_KeepWhatIsLeftOut()
    {
        var project = await studio.AddProjectAsync();
        var run = await ReadyModels.AddListedAsync(studio.Factory.Services, studio.AdministratorId, project, 1, Cancel);
        var address = new Uri($"/api/v1/projects/{project}/runs/{run}", UriKind.Relative);

        using var first = await studio.Administrator.PutAsJsonAsync(address + "/notes", new RunNotesBody(Note: "Fewer epochs", Tags: ["trial", "night"]), Cancel);
        using var second = await studio.Administrator.PutAsJsonAsync(address + "/notes", new RunNotesBody(Name: "Short one"), Cancel);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.StatusCode, second.StatusCode));
        var said = (await studio.Administrator.GetFromJsonAsync<JsonElement>(address, Cancel))!;
        Assert.Equal(("Short one", "Fewer epochs"), (said.GetProperty("name").GetString(), said.GetProperty("note").GetString()));
        Assert.Equal(["trial", "night"], said.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
    }

    private Task<DecisionResult> LabelAsync(Guid project, long image, Guid classId) =>
        StudioProject.DecideAsync(studio.Administrator, project, new Decision(Guid.NewGuid(), image, AnnotationKind.Label, classId));

    private async Task<T> GetAsync<T>(Guid project, string path) =>
        (await studio.Administrator.GetFromJsonAsync<T>(new Uri($"/api/v1/projects/{project}/datasets/{path}", UriKind.Relative), StudioProject.Json, Cancel))!;
}
