using System.Net;
using System.Net.Http.Json;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Tests;
using LabelStudio.Web.Api;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Serving;

[Trait("Speed", "Slow")]
public sealed class RollBackUnderLoadTests : IAsyncLifetime
{
    private const int Requests = 300;
    private const int AtOnce = 8;

    private readonly StudioFactory _factory = new();
    private Guid _userId;
    private Guid _projectId;
    private HttpClient _client = null!;
    private Guid _first;
    private Guid _second;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ModelRegistry Models => _factory.Services.GetRequiredService<ModelRegistry>();

    public async ValueTask InitializeAsync()
    {
        _userId = await _factory.AddPersonAsync(StudioRole.MlLead);
        _projectId = await _factory.Services.GetRequiredService<ProjectCatalog>().CreateAsync(_userId, new NewProject("Busy"), Cancel);
        var catalog = _factory.Services.GetRequiredService<ClassCatalog>();
        Guid[] classes = [(await catalog.CreateAsync(_userId, _projectId, new NewClass("Cup"), Cancel)).Id, (await catalog.CreateAsync(_userId, _projectId, new NewClass("Plate"), Cancel)).Id];
        _first = await ReadyModels.AddAsync(_factory, _userId, _projectId, 1, classes, Cancel);
        _second = await ReadyModels.AddAsync(_factory, _userId, _projectId, 2, classes, Cancel);
        await Models.PromoteAsync(_userId, _first, null, Cancel);
        await Models.PromoteAsync(_userId, _second, "Untested on purpose", Cancel);
        var token = await _factory.Services.GetRequiredService<AccessTokens>().CreateAsync(_userId, new NewAccessToken("load", AccessScopes.Predict), Cancel);
        _client = _factory.NewTokenClient(token.Secret);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _factory.DisposeAsync();
    }

    [Fact]
    public async Task RollBack_WhilePredictionsGoOn_FailsNoneAndEachNamesItsVersion()
    {
        var answers = new Guid[Requests];
        var (next, answered) = (-1, 0);
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var startedAfter = int.MaxValue;

        var callers = Enumerable.Range(0, AtOnce).Select(_ => Task.Run(CallAsync, Cancel)).ToArray();
        await underWay.Task;
        var now = await Models.RollBackAsync(_userId, _projectId, Cancel);
        Volatile.Write(ref startedAfter, Volatile.Read(ref next) + 1);
        await Task.WhenAll(callers);

        Assert.Equal(_first, now?.Id);
        Assert.Contains(_second, answers);
        Assert.All(answers, id => Assert.True(id == _first || id == _second));
        Assert.True(startedAfter < Requests, "The rollback came after the last request, so nothing was shown.");
        Assert.All(answers[startedAfter..], id => Assert.Equal(_first, id));

        async Task CallAsync()
        {
            for (var request = Interlocked.Increment(ref next); request < Requests; request = Interlocked.Increment(ref next))
            {
                using var image = new ByteArrayContent(TestImages.Png(request % 5));
                using var answer = await _client.PostAsync(new Uri($"/api/v1/projects/{_projectId}/predict?top=1", UriKind.Relative), image, Cancel);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                answers[request] = (await answer.Content.ReadFromJsonAsync<PredictAnswer>(Cancel))!.ModelVersionId;
                if (Interlocked.Increment(ref answered) == Requests / 3)
                {
                    underWay.SetResult();
                }
            }
        }
    }
}
