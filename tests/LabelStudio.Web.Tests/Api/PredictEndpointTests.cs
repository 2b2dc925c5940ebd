using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Tests;
using LabelStudio.Web.Api;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Api;

public sealed class PredictEndpointTests : IAsyncLifetime
{
    private readonly StudioFactory _factory = new();
    private HttpClient _client = null!;
    private Guid _userId;
    private Guid _projectId;

    public async ValueTask InitializeAsync()
    {
        _userId = await _factory.AddPersonAsync(StudioRole.MlLead);
        _projectId = await _factory.Services.GetRequiredService<ProjectCatalog>().CreateAsync(_userId, new NewProject("Tested"), TestContext.Current.CancellationToken);
        var token = await _factory.Services.GetRequiredService<AccessTokens>()
            .CreateAsync(_userId, new NewAccessToken("tests", AccessScopes.Predict | AccessScopes.Train), TestContext.Current.CancellationToken);
        _client = _factory.NewTokenClient(token.Secret);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _factory.DisposeAsync();
    }

    [Fact]
    public async Task Predict_NoModelPromoted_SaysWhatToDo()
    {
        using var answer = await PostAsync("predict", new ByteArrayContent([1, 2, 3]));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("No model is promoted", await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_NoPicture_IsRefusedWithTheWaysToSendOne()
    {
        using var answer = await PostAsync("predict", new ByteArrayContent([]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("as the body, or as a file of a multipart form", await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task Predict_TopOutOfRange_NamesTheRange(int top)
    {
        using var answer = await PostAsync($"predict?top={top}", new ByteArrayContent([1]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Ask for 1 to 100", await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_ModelOfNoProject_IsNotFound()
    {
        using var answer = await PostAsync($"predict?model={Guid.NewGuid()}", new ByteArrayContent([1]));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Predict_CandidateByAlias_AnswersWithItAndItsHeatMap()
    {
        var cancel = TestContext.Current.CancellationToken;
        var classId = (await _factory.Services.GetRequiredService<ClassCatalog>().CreateAsync(_userId, _projectId, new NewClass("Cup"), cancel)).Id;
        using var none = await PostAsync("predict?model=candidate", new ByteArrayContent(TestImages.Png(1)));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        var modelId = await ReadyModels.AddAsync(_factory, _userId, _projectId, 1, [classId], cancel);
        await _factory.Services.GetRequiredService<ModelAliases>().MakeCandidateAsync(_userId, modelId, cancel);

        using var answer = await PostAsync("predict?model=candidate&heatMap=true", new ByteArrayContent(TestImages.Png(1)));

        var predicted = (await answer.Content.ReadFromJsonAsync<PredictAnswer>(cancel))!;
        Assert.Equal((modelId, "Model 1", false), (predicted.ModelVersionId, predicted.Model, predicted.IsUnknown));
        Assert.Equal((classId, predicted.HeatMap!.Side * predicted.HeatMap.Side), (predicted.HeatMap.ClassId, predicted.HeatMap.Values.Count));
    }

    [Fact]
    public async Task Predict_VersionByNumber_AnswersWithItAndIsNotKept()
    {
        var (modelId, classId) = await AddModelAsync(1);
        await AddModelAsync(2);

        using var answer = await PostAsync("predict?model=1&threshold=0.4", new ByteArrayContent(TestImages.Png(1)));

        var predicted = (await answer.Content.ReadFromJsonAsync<PredictAnswer>(TestContext.Current.CancellationToken))!;
        Assert.Equal((modelId, "Model 1", classId), (predicted.ModelVersionId, predicted.Model, predicted.Classes[0].ClassId));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        using var none = await PostAsync("predict?model=3", new ByteArrayContent(TestImages.Png(1)));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    // The head of zeros gives each of its two classes a half.
    [Theory]
    [InlineData(0.4, false)]
    [InlineData(0.6, true)]
    public async Task Predict_OwnThreshold_SaysWhetherTheBestClassReachesIt(double threshold, bool isUnknown)
    {
        await AddModelAsync(1, classes: 2);

        using var answer = await PostAsync(FormattableString.Invariant($"predict?model=1&threshold={threshold}"), new ByteArrayContent(TestImages.Png(1)));

        var predicted = (await answer.Content.ReadFromJsonAsync<PredictAnswer>(TestContext.Current.CancellationToken))!;
        Assert.Equal((threshold, isUnknown), (predicted.Threshold, predicted.IsUnknown));
    }

    [Fact]
    public async Task Predict_ThresholdOutOfRange_NamesTheRange()
    {
        using var answer = await PostAsync("predict?threshold=1.5", new ByteArrayContent([1]));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("from 0 to 1", await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_TwoFilesInOneForm_ArePointedToTheBatch()
    {
        using var answer = await PostAsync("predict", Form(TestImages.Png(1), TestImages.Png(2)));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("predict/batch", await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("data:image/png;base64,")]
    public async Task Predict_Base64InJson_AnswersAsForTheRawBody(string prefix)
    {
        var (modelId, classId) = await AddModelAsync(1);
        var body = new PredictImageBody(prefix + Convert.ToBase64String(TestImages.Png(1)));

        using var answer = await PostAsync("predict?model=1", JsonContent.Create(body));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var predicted = (await answer.Content.ReadFromJsonAsync<PredictAnswer>(TestContext.Current.CancellationToken))!;
        Assert.Equal((modelId, classId), (predicted.ModelVersionId, predicted.Classes[0].ClassId));
    }

    [Theory]
    [InlineData("[", "is no JSON")]
    [InlineData("{}", "no picture as base64")]
    [InlineData("{\"content\": \"no base64!\"}", "no picture as base64")]
    [InlineData("{\"content\": 5}", "no picture as base64")]
    [InlineData("{\"images\": []}", "predict/batch")]
    public async Task Predict_JsonWithoutOnePicture_SaysWhatToSend(string body, string words)
    {
        using var answer = await PostAsync("predict", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PredictBatch_OneOfThreeIsNoPicture_AnswersTheOthersAndSaysWhy()
    {
        var (modelId, classId) = await AddModelAsync(1);
        var images = new[]
        {
            new PredictImageBody(Convert.ToBase64String(TestImages.Png(1)), "first.png"),
            new PredictImageBody("data:image/png;base64," + Convert.ToBase64String(TestImages.Png(2))),
            new PredictImageBody("no base64 at all", "third.png"),
            new PredictImageBody(Convert.ToBase64String("no picture"u8)),
        };

        using var answer = await PostAsync("predict/batch?model=1&top=1", JsonContent.Create(new PredictBatchBody(images)));

        Assert.Equal(HttpStatusCode.MultiStatus, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var batch = (await answer.Content.ReadFromJsonAsync<PredictBatchAnswer>(TestContext.Current.CancellationToken))!;
        Assert.Equal((modelId, "Model 1"), (batch.ModelVersionId, batch.Model));
        Assert.Equal([(0, "first.png", 200), (1, null, 200), (2, "third.png", 400), (3, null, 422)], batch.Results.Select(item => (item.Index, item.Name, item.Status)));
        Assert.All(batch.Results.Take(2), item => Assert.Equal(classId, Assert.Single(item.Answer!.Classes).ClassId));
        Assert.All(batch.Results.Skip(2), item => Assert.True(item.Answer is null && item.Error!.Length > 0));
    }

    [Fact]
    public async Task PredictBatch_FilesOfAForm_AreAllAnswered()
    {
        await AddModelAsync(1);

        using var answer = await PostAsync("predict/batch?model=1", Form(TestImages.Png(1), TestImages.Png(2)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var batch = (await answer.Content.ReadFromJsonAsync<PredictBatchAnswer>(TestContext.Current.CancellationToken))!;
        Assert.Equal(["0.png", "1.png"], batch.Results.Select(item => item.Name));
    }

    [Theory]
    [InlineData("{}", "no list 'images'")]
    [InlineData("[", "is no JSON")]
    [InlineData("{\"images\": []}", "Send 1 to 64")]
    public async Task PredictBatch_WithoutPictures_SaysWhatToSend(string body, string words)
    {
        using var answer = await PostAsync("predict/batch", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launch_WithoutLabels_SaysWhatIsMissing()
    {
        using var answer = await PostAsync("runs", JsonContent.Create(new { preset = "quick" }));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Nothing can be trained yet", await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launch_InvalidPlan_SaysEveryProblem()
    {
        using var answer = await PostAsync("runs", JsonContent.Create(new { plan = new { Epochs = 0, BatchSize = 0 } }));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var detail = await DetailAsync(answer);
        Assert.Contains("The number of epochs is 0.", detail, StringComparison.Ordinal);
        Assert.Contains("The batch size is 0.", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runs")]
    [InlineData("models")]
    public async Task List_NewProject_IsEmpty(string list)
    {
        var items = await _client.GetFromJsonAsync<JsonElement>(Address(list), TestContext.Current.CancellationToken);

        Assert.Equal(0, items.GetArrayLength());
    }

    [Fact]
    public async Task OpenApi_DescribesPrediction()
    {
        var document = await _client.GetFromJsonAsync<JsonElement>(new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken);

        var post = document.GetProperty("paths").GetProperty("/api/v1/projects/{projectId}/predict").GetProperty("post");
        Assert.True(post.GetProperty("requestBody").GetProperty("content").TryGetProperty("multipart/form-data", out _));
        Assert.True(post.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _));
        Assert.True(post.GetProperty("responses").TryGetProperty("422", out _));
        Assert.Equal(["heatMap", "model", "projectId", "threshold", "top"], post.GetProperty("parameters").EnumerateArray().Select(item => item.GetProperty("name").GetString()!).Order());
        var batch = document.GetProperty("paths").GetProperty("/api/v1/projects/{projectId}/predict/batch").GetProperty("post");
        Assert.True(batch.GetProperty("responses").TryGetProperty("207", out _));
        Assert.Contains("1 to 64 pictures", batch.GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    private async Task<(Guid ModelId, Guid ClassId)> AddModelAsync(int number, int classes = 1)
    {
        var cancel = TestContext.Current.CancellationToken;
        var ids = new List<Guid>();
        for (var index = 0; index < classes; index++)
        {
            ids.Add((await _factory.Services.GetRequiredService<ClassCatalog>().CreateAsync(_userId, _projectId, new NewClass($"Class {number}.{index}"), cancel)).Id);
        }

        return (await ReadyModels.AddAsync(_factory, _userId, _projectId, number, ids, cancel), ids[0]);
    }

    private static MultipartFormDataContent Form(params byte[][] pictures)
    {
        var form = new MultipartFormDataContent();
        foreach (var (index, picture) in pictures.Index())
        {
            form.Add(new ByteArrayContent(picture), "file", $"{index}.png");
        }

        return form;
    }

    private Uri Address(string path) => new($"/api/v1/projects/{_projectId}/{path}", UriKind.Relative);

    private async Task<HttpResponseMessage> PostAsync(string path, HttpContent content)
    {
        using (content)
        {
            return await _client.PostAsync(Address(path), content, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return problem.GetProperty("detail").GetString()!;
    }
}
