using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using LabelStudio.Learning.Imaging;
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
    private const int RequestsOnEachSide = 100;
    private const int MostAtOnce = 40;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1) / 100;

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
        var token = await _factory.Services.GetRequiredService<AccessTokens>().CreateAsync(_userId, new NewAccessToken("load", AccessScopes.Predict | AccessScopes.Promote), Cancel);
        _client = _factory.NewTokenClient(token.Secret);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _factory.DisposeAsync();
    }

    /// <summary>A hundred predictions a second on a photograph, as busy clients send them: before the rollback, while it happens, and after it.</summary>
    [Fact]
    public async Task RollBack_WhilePredictionsGoOn_FailsNoneAndEachNamesItsVersion()
    {
        var answers = new ConcurrentDictionary<int, Guid>();
        var (sent, lastRequest) = (0, int.MaxValue);
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var picture = Picture();

        var sending = Task.Run(SendAsync, Cancel);
        await underWay.Task;
        using var rolledBack = await _client.PostAsync(new Uri($"/api/v1/projects/{_projectId}/models/rollback", UriKind.Relative), null, Cancel);
        var startedAfter = Volatile.Read(ref sent);
        Volatile.Write(ref lastRequest, startedAfter + RequestsOnEachSide);
        await sending;

        Assert.Equal(_first, (await rolledBack.Content.ReadFromJsonAsync<RolledBack>(Cancel))?.Production?.Id);
        Assert.Equal(startedAfter + RequestsOnEachSide, answers.Count);
        Assert.All(answers.Values, id => Assert.True(id == _first || id == _second));
        Assert.All(answers.Where(answer => answer.Key < RequestsOnEachSide), answer => Assert.Equal(_second, answer.Value));
        Assert.All(answers.Where(answer => answer.Key >= startedAfter), answer => Assert.Equal(_first, answer.Value));

        async Task SendAsync()
        {
            using var pace = new PeriodicTimer(Pace);
            // A machine that can't answer as fast as it is asked must not drown before the rollback comes.
            using var slots = new SemaphoreSlim(MostAtOnce);
            var calls = new List<Task>();
            for (var request = 0; request < Volatile.Read(ref lastRequest) && await pace.WaitForNextTickAsync(Cancel); request++)
            {
                await slots.WaitAsync(Cancel);
                Volatile.Write(ref sent, request + 1);
                calls.Add(AskAsync(request, slots));
            }

            await Task.WhenAll(calls);
        }

        async Task AskAsync(int request, SemaphoreSlim slots)
        {
            using var image = new ByteArrayContent(picture);
            using var answer = await _client.PostAsync(new Uri($"/api/v1/projects/{_projectId}/predict?top=1", UriKind.Relative), image, Cancel);
            slots.Release();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answers[request] = (await answer.Content.ReadFromJsonAsync<PredictAnswer>(Cancel))!.ModelVersionId;
            if (answers.Count >= RequestsOnEachSide)
            {
                underWay.TrySetResult();
            }
        }
    }

    /// <summary>A photograph where the machine has some, else a drawn picture of a photograph's kind: a JPEG that is scaled down.</summary>
    private static byte[] Picture() =>
        SharedTestData.Find("clothing/test") is { } photos && Directory.EnumerateFiles(photos, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault() is { } photo
            ? File.ReadAllBytes(photo)
            : SampleDrawings.Draw(0, 0);
}
