using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Tests;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Api;

public sealed class RunEndpointsTests : IAsyncLifetime
{
    private readonly StudioFactory _factory = new();
    private HttpClient _client = null!;
    private Guid _projectId;
    private Guid[] _classes = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var userId = await _factory.AddPersonAsync(StudioRole.MlLead);
        _projectId = await Get<ProjectCatalog>().CreateAsync(userId, new NewProject("Tested"), Cancel);
        _client = _factory.NewTokenClient((await Get<AccessTokens>().CreateAsync(userId, new NewAccessToken("tests", AccessScopes.Train), Cancel)).Secret);
        _classes = [(await Get<ClassCatalog>().CreateAsync(userId, _projectId, new NewClass("Cup"), Cancel)).Id, (await Get<ClassCatalog>().CreateAsync(userId, _projectId, new NewClass("Plate"), Cancel)).Id];
        var batch = await Get<ImageIntake>().StartBatchAsync(userId, _projectId, "rows", Cancel);
        var images = Enumerable.Range(0, 9).Select(number => TestImages.Record(_projectId, batch, userId, number)).ToList();
        foreach (var (index, image) in images.Take(8).Index())
        {
            image.Split = Split.Train;
            image.GiveLabel(_classes[index % 2], userId, DateTime.UnixEpoch, 1);
        }

        await Get<StudioWriter>().WriteAsync((db, token) => db.Images.AddRangeAsync(images, token), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _factory.DisposeAsync();
    }

    [Fact]
    public async Task Preflight_ChecksOfTheLaunchPage_AreInIt_AndStayWithTheLaunchedRun()
    {
        var preflight = await _client.GetFromJsonAsync<JsonElement>(Address("/preflight"), Cancel);
        var runId = await LaunchAsync();

        var run = await _client.GetFromJsonAsync<JsonElement>(Address($"/{runId}"), Cancel);

        string[] expected = ["1 image has no label and takes no part.", "Nobody has looked for near-duplicates across splits yet."];
        Assert.Superset(expected.ToHashSet(), Texts(preflight.GetProperty("checks")).ToHashSet());
        Assert.Equal("Unlabelled", preflight.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("text").GetString() == expected[0]).GetProperty("kind").GetString());
        Assert.Superset(expected.Concat(preflight.GetProperty("warnings").EnumerateArray().Select(item => item.GetString()!)).ToHashSet(), Texts(run.GetProperty("checks")).ToHashSet());
    }

    [Fact]
    public async Task Archive_EndedRun_IsListedOnlyWhenAskedFor()
    {
        var runId = await LaunchAsync();
        using var early = await _client.PostAsync(Address($"/{runId}/archive"), null, Cancel);
        await PostAsync($"/{runId}/cancel");

        await PostAsync($"/{runId}/archive");

        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.Equal(0, (await _client.GetFromJsonAsync<JsonElement>(Address(""), Cancel)).GetArrayLength());
        Assert.True((await _client.GetFromJsonAsync<JsonElement>(Address("?archived=true"), Cancel))[0].GetProperty("isArchived").GetBoolean());
        await PostAsync($"/{runId}/unarchive");
        Assert.Equal(1, (await _client.GetFromJsonAsync<JsonElement>(Address(""), Cancel)).GetArrayLength());
    }

    [Fact]
    public async Task Run_OfSeveralClasses_TellsTheClassesOfItsCombinations()
    {
        var pair = Guid.Empty;
        await Get<StudioWriter>().WriteAsync(
            async (db, token) =>
            {
                var combinations = await Combinations.ReadAsync(db, _projectId, token);
                pair = combinations.LabelOf(_classes, 1, DateTime.UnixEpoch);
                await combinations.SaveAsync(db, new HashSet<Guid> { pair }, token);
                var image = await db.Images.FirstAsync(item => item.ProjectId == _projectId && item.Split == Split.Train, token);
                image.GiveLabel(pair, image.UploadedBy, DateTime.UnixEpoch, 2);
            },
            Cancel);

        var run = await _client.GetFromJsonAsync<JsonElement>(Address($"/{await LaunchAsync()}"), Cancel);

        Assert.Equal([.. _classes, pair], run.GetProperty("classIds").EnumerateArray().Select(item => item.GetGuid()));
        var members = Assert.Single(run.GetProperty("memberIds").EnumerateObject());
        Assert.Equal(pair.ToString(), members.Name);
        Assert.Equal(_classes, members.Value.EnumerateArray().Select(item => item.GetGuid()));
    }

    private static IEnumerable<string> Texts(JsonElement checks) => checks.EnumerateArray().Select(check => check.GetProperty("text").GetString()!);

    private T Get<T>()
        where T : notnull => _factory.Services.GetRequiredService<T>();

    private Uri Address(string path) => new($"/api/v1/projects/{_projectId}/runs{path}", UriKind.Relative);

    private async Task<Guid> LaunchAsync()
    {
        using var launched = await _client.PostAsJsonAsync(Address(""), new { preset = "quick" }, Cancel);
        Assert.Equal(HttpStatusCode.Created, launched.StatusCode);
        return (await launched.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetGuid();
    }

    private async Task PostAsync(string path)
    {
        using var answer = await _client.PostAsync(Address(path), null, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
