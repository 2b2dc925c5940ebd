using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Api;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Api;

public sealed class ModelActEndpointsTests(StudioProject studio) : IClassFixture<StudioProject>, IAsyncLifetime
{
    private Guid _projectId;
    private Guid _classId;
    private HttpClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _projectId = await studio.AddProjectAsync();
        _classId = await studio.AddClassAsync(_projectId, "Cup");
        var token = await studio.Get<AccessTokens>().CreateAsync(studio.AdministratorId, new NewAccessToken("acts", AccessScopes.Promote), Cancel);
        _client = studio.Factory.NewTokenClient(token.Secret);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Promote_AgainstTheGate_NeedsAReason_AndRollBackReturns()
    {
        var (first, second) = (await AddAsync(1), await AddAsync(2));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync($"{first}/promote"));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync($"{second}/promote"));
        Assert.False((await _client.GetFromJsonAsync<GateDecision>(Address($"{second}/gate"), Cancel))!.Allowed);
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync($"{second}/promote", new PromoteBody("Untested on purpose")));
        Assert.True((await _client.GetFromJsonAsync<ModelAnswer>(Address($"{second}"), Cancel))!.IsProduction);

        using var answer = await _client.PostAsync(Address("rollback"), null, Cancel);

        Assert.Equal(first, (await answer.Content.ReadFromJsonAsync<RolledBack>(Cancel))!.Production?.Id);
        Assert.Equal(["RolledBack Model 1 ", "Promoted Model 2 Untested on purpose", "Promoted Model 1 "], await HistoryAsync());
    }

    [Fact]
    public async Task RollBack_ThatWouldLeaveNoModel_NeedsToBeMeant()
    {
        var first = await AddAsync(1);
        await PostAsync($"{first}/promote");

        Assert.Equal(HttpStatusCode.Conflict, await PostAsync("rollback"));
        Assert.True((await _client.GetFromJsonAsync<ModelAnswer>(Address($"{first}"), Cancel))!.IsProduction);
        Assert.Equal(HttpStatusCode.OK, await PostAsync("rollback?allowNone=true"));

        Assert.False((await _client.GetFromJsonAsync<ModelAnswer>(Address($"{first}"), Cancel))!.IsProduction);
    }

    [Fact]
    public async Task Candidate_ThenDelete_BothStandInTheHistory()
    {
        var (first, second) = (await AddAsync(1), await AddAsync(2));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync($"{first}/candidate"));
        Assert.True((await _client.GetFromJsonAsync<ModelAnswer>(Address($"{first}"), Cancel))!.IsCandidate);
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync($"{second}/promote"));

        using var blocked = await _client.DeleteAsync(Address($"{second}"), Cancel);
        using var deleted = await _client.DeleteAsync(Address($"{first}"), Cancel);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NoContent), (blocked.StatusCode, deleted.StatusCode));
        Assert.Equal(["Deleted Model 1 ", "Promoted Model 2 ", "MadeCandidate Model 1 "], await HistoryAsync());
    }

    [Fact]
    public async Task Thresholds_OfOneClass_HoldForPrediction()
    {
        var model = await AddAsync(1);

        using var answer = await _client.PutAsJsonAsync(Address($"{model}/thresholds"), new ThresholdsBody(0.3, new Dictionary<Guid, double> { [_classId] = 0.9 }), Cancel);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var kept = (await _client.GetFromJsonAsync<KeptThresholds>(Address($"{model}/thresholds"), Cancel))!;
        Assert.Equal((0.3, 0.9), (kept.Thresholds.Overall, kept.Thresholds.Of(_classId)));
        using var wrong = await _client.PutAsJsonAsync(Address($"{model}/thresholds"), new ThresholdsBody(2), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Promote_ModelOfAnotherProject_IsNotFound()
    {
        var model = await AddAsync(1);
        var other = await studio.AddProjectAsync();

        using var answer = await _client.PostAsJsonAsync(new Uri($"/api/v1/projects/{other}/models/{model}/promote", UriKind.Relative), new PromoteBody(), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private Task<Guid> AddAsync(int number) => ReadyModels.AddAsync(studio.Factory, studio.AdministratorId, _projectId, number, [_classId], Cancel);

    private Uri Address(string path) => new($"/api/v1/projects/{_projectId}/models/{path}", UriKind.Relative);

    private async Task<HttpStatusCode> PostAsync(string path, PromoteBody? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var answer = await _client.PostAsync(Address(path), content, Cancel);
        return answer.StatusCode;
    }

    private async Task<IEnumerable<string>> HistoryAsync()
    {
        var history = await _client.GetFromJsonAsync<JsonElement>(Address("history"), Cancel);
        return history.EnumerateArray().Select(item => $"{item.GetProperty("kind").GetString()} {item.GetProperty("modelName").GetString()} {item.GetProperty("reason").GetString()}");
    }
}
