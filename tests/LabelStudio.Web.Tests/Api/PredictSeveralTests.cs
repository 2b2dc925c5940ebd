using System.Net.Http.Json;
using System.Text.Json;
using LabelStudio.Pipeline;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Tests;
using LabelStudio.Web.Api;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Api;

/// <summary>
/// Asking a model whose pictures may show several classes. Of any picture it says cup 0.35, plate 0.05, both 0.4, no class 0.2:
/// both are most probable as a whole, a cup alone has 0.75 and a plate 0.45.
/// </summary>
public sealed class PredictSeveralTests : IAsyncLifetime
{
    private static readonly double[] s_probabilities = [0.35, 0.05, 0.4, 0.2];
    private readonly StudioFactory _factory = new();
    private HttpClient _client = null!;
    private Guid _userId;
    private Guid _projectId;
    private Guid _cup;
    private Guid _plate;
    private Guid _both;
    private Guid _none;
    private Guid _modelId;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _userId = await _factory.AddPersonAsync(StudioRole.MlLead);
        _projectId = await Get<ProjectCatalog>().CreateAsync(_userId, new NewProject("Tested") { TakesSeveralClasses = true }, Token);
        var token = await Get<AccessTokens>().CreateAsync(_userId, new NewAccessToken("tests", AccessScopes.Predict), Token);
        _client = _factory.NewTokenClient(token.Secret);
        _cup = (await Get<ClassCatalog>().CreateAsync(_userId, _projectId, new NewClass("Cup"), Token)).Id;
        _plate = (await Get<ClassCatalog>().CreateAsync(_userId, _projectId, new NewClass("Plate"), Token)).Id;
        (_both, _none) = (await CombineAsync(_cup, _plate), await CombineAsync());
        _modelId = await ReadyModels.AddAsync(
            _factory,
            _userId,
            _projectId,
            1,
            [_cup, _plate, _both, _none],
            Token,
            [.. s_probabilities.Select(value => (float)Math.Log(value))],
            new Dictionary<Guid, Guid[]> { [_both] = [_cup, _plate], [_none] = [] });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _factory.DisposeAsync();
    }

    [Fact]
    public async Task Predict_ModelWithCombinations_AnswersWithLabelSetAndClassProbabilities()
    {
        var answer = await AskAsync("predict?model=1");

        Assert.Equal((_both, "Cup + Plate"), (answer.Label!.ClassId, answer.Label.Name));
        Assert.Equal(0.4, answer.Label.Probability, 1e-4);
        Assert.Equal([("Cup", 0.75), ("Plate", 0.45)], answer.Classes.Select(item => (item.Name, Math.Round(item.Probability, 3))));
        Assert.Equal([_cup], answer.Predicted!.Select(item => item.ClassId));
        Assert.Equal((false, 0.5), (answer.IsUnknown, answer.Threshold));
    }

    [Fact]
    public async Task Predict_ThresholdsOfClasses_HoldForEachClassByItself()
    {
        await Get<ModelThresholds>().KeepAsync(_userId, _modelId, new AnswerThresholds(0.8, new Dictionary<Guid, double> { [_plate] = 0.4 }), Token);

        var answer = await AskAsync("predict?model=1&top=1");

        // However many were asked for; the cup is below the 0.8 that all others must reach.
        Assert.Equal([_cup], answer.Classes.Select(item => item.ClassId));
        Assert.Equal([_plate], answer.Predicted!.Select(item => item.ClassId));
        Assert.Equal(0.8, answer.Threshold);
    }

    [Theory]
    [InlineData(0.4, 2, false)]
    [InlineData(0.9, 0, true)]
    public async Task Predict_CallersThreshold_HoldsForAllClasses(double threshold, int predicted, bool isUnknown)
    {
        await Get<ModelThresholds>().KeepAsync(_userId, _modelId, new AnswerThresholds(0, new Dictionary<Guid, double> { [_cup] = 0.01 }), Token);

        var answer = await AskAsync(FormattableString.Invariant($"predict?model=1&threshold={threshold}"));

        Assert.Equal((predicted, isUnknown, threshold), (answer.Predicted!.Count, answer.IsUnknown, answer.Threshold));
    }

    [Fact]
    public async Task Predict_NoClassIsMostProbable_IsAnAnswerAndNotUnknown()
    {
        await ReadyModels.AddAsync(_factory, _userId, _projectId, 2, [_cup, _plate, _none], Token, [0, 0, 3], new Dictionary<Guid, Guid[]> { [_none] = [] });

        var answer = await AskAsync("predict?model=2");

        Assert.Equal(("No class", 0, false), (answer.Label!.Name, answer.Predicted!.Count, answer.IsUnknown));
    }

    [Fact]
    public async Task Predict_ClassArchivedSince_FallsWithItsCombinations()
    {
        await Get<ClassCatalog>().ArchiveAsync(_userId, _projectId, _plate, Token);

        var answer = await AskAsync("predict?model=1");

        // Of the 0.55 that are left 0.35 are for a cup.
        Assert.Equal([("Cup", 0.636)], answer.Classes.Select(item => (item.Name, Math.Round(item.Probability, 3))));
        Assert.Equal("Cup", answer.Label!.Name);
    }

    [Fact]
    public async Task Predict_ClassMergedSince_ItsCombinationsCountForTheOneThatTookItOver()
    {
        var bowl = (await Get<ClassCatalog>().CreateAsync(_userId, _projectId, new NewClass("Bowl"), Token)).Id;
        await Get<ClassCatalog>().MergeAsync(_userId, _projectId, _plate, bowl, Token);

        var answer = await AskAsync("predict?model=1");

        Assert.Equal("Cup + Bowl", answer.Label!.Name);
        Assert.Equal([("Cup", 0.75), ("Bowl", 0.45)], answer.Classes.Select(item => (item.Name, Math.Round(item.Probability, 3))));
    }

    [Fact]
    public async Task PredictBatchAndBase64_ModelWithCombinations_AnswerAlike()
    {
        var body = new PredictImageBody(Convert.ToBase64String(TestImages.Png(1)), "one.png");

        using var single = await _client.PostAsync(Address("predict?model=1"), JsonContent.Create(body), Token);
        using var several = await _client.PostAsync(Address("predict/batch?model=1"), JsonContent.Create(new PredictBatchBody([body])), Token);

        var one = (await single.Content.ReadFromJsonAsync<PredictAnswer>(Token))!;
        var batch = (await several.Content.ReadFromJsonAsync<PredictBatchAnswer>(Token))!.Results[0].Answer!;
        Assert.Equal((_both, _both), (one.Label!.ClassId, batch.Label!.ClassId));
        Assert.Equal([_cup], batch.Predicted!.Select(item => item.ClassId));
        Assert.Equal(one.Classes, batch.Classes);
    }

    [Fact]
    public async Task Predict_HeatMap_IsOfTheBestClass()
    {
        var answer = await AskAsync("predict?model=1&heatMap=true");

        Assert.Equal(_cup, answer.HeatMap!.ClassId);
    }

    [Fact]
    public async Task Predict_ModelOfOneClassEach_HasTheFieldsItHadBefore()
    {
        await ReadyModels.AddAsync(_factory, _userId, _projectId, 2, [_cup, _plate], Token);

        using var answer = await _client.PostAsync(Address("predict?model=2"), new ByteArrayContent(TestImages.Png(1)), Token);

        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal(["modelVersionId", "model", "classes", "milliseconds", "isUnknown", "threshold", "heatMap"], json.RootElement.EnumerateObject().Select(item => item.Name));
    }

    [Fact]
    public async Task OpenApi_OfThePrediction_TellsOfLabelAndPredictedClasses()
    {
        var document = await _client.GetFromJsonAsync<JsonElement>(new Uri("/openapi/v1.json", UriKind.Relative), Token);

        var properties = document.GetProperty("components").GetProperty("schemas").GetProperty("PredictAnswer").GetProperty("properties");
        Assert.True(properties.TryGetProperty("label", out _));
        Assert.True(properties.TryGetProperty("predicted", out _));
        Assert.Contains("'predicted' holds the classes", document.GetProperty("paths").GetProperty("/api/v1/projects/{projectId}/predict").GetProperty("post").GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    private async Task<PredictAnswer> AskAsync(string path)
    {
        using var answer = await _client.PostAsync(Address(path), new ByteArrayContent(TestImages.Png(1)), Token);
        return (await answer.Content.ReadFromJsonAsync<PredictAnswer>(Token))!;
    }

    private async Task<Guid> CombineAsync(params Guid[] classIds)
    {
        await using var db = await Get<IDbContextFactory<StudioDbContext>>().CreateDbContextAsync(Token);
        var combinations = await Combinations.ReadAsync(db, _projectId, Token);
        var id = combinations.LabelOf(classIds, 1, DateTime.UnixEpoch);
        await combinations.SaveAsync(db, new HashSet<Guid> { id }, Token);
        await db.SaveChangesAsync(Token);
        return id;
    }

    private T Get<T>()
        where T : notnull => _factory.Services.GetRequiredService<T>();

    private Uri Address(string path) => new($"/api/v1/projects/{_projectId}/{path}", UriKind.Relative);
}
