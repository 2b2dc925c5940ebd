using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Tests;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Api;

public sealed class MlBackendTests : IAsyncLifetime
{
    // The model says Saucer of everything, then Plate, then Cup; the interface knows no Saucer.
    private const string Interface = """
        <View><Image name="photo" value="$picture"/><Choices name="kind" toName="photo">
          <Choice value="cup"/><Choice value="Dish" alias="dish-1" predicted_values="Plate"/>
        </Choices></View>
        """;

    private readonly List<Guid> _classes = [];
    private FakeLabelStudio _labelStudio = null!;
    private FakeLabelStudio _stranger = null!;
    private StudioFactory _factory = null!;
    private Guid _userId;
    private Guid _projectId;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ModelRegistry Models => _factory.Services.GetRequiredService<ModelRegistry>();

    public async ValueTask InitializeAsync()
    {
        (_labelStudio, _stranger) = (await FakeLabelStudio.StartAsync(Cancel), await FakeLabelStudio.StartAsync(Cancel));
        await StartAsync(FakeLabelStudio.LegacyToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await _labelStudio.DisposeAsync();
        await _stranger.DisposeAsync();
    }

    [Fact]
    public async Task Predict_TasksOfAllKinds_OneAnswerEachInOrderUnderTheInterfacesNames()
    {
        await PromoteAsync(1);
        _labelStudio.Files["/data/upload/1/a.png"] = TestImages.Png(1);
        _labelStudio.Files["/data/upload/1/text.png"] = "no picture"u8.ToArray();
        _labelStudio.Redirects["/data/upload/1/moved.png"] = "/data/upload/1/a.png";
        _labelStudio.Redirects["/data/upload/1/away.png"] = new Uri(_stranger.Address, "/secret").AbsoluteUri;
        _labelStudio.Closed["/data/upload/2/closed.png"] = true;
        string?[] addresses =
        [
            "/data/upload/1/a.png",
            new Uri(_labelStudio.Address, "/data/upload/1/a.png").AbsoluteUri,
            "/data/upload/1/moved.png",
            "/data/upload/1/lost.png",
            "/data/upload/2/closed.png",
            "/data/upload/1/text.png",
            "/data/upload/1/away.png",
            new Uri(_stranger.Address, "/secret").AbsoluteUri,
            "//" + _stranger.Address.Authority + "/secret",
            "file:///etc/passwd",
            null,
        ];

        var answer = await PostAsync("predict", new { tasks = addresses.Select((address, id) => new { id, data = new { picture = address } }), label_config = Interface });

        var results = answer.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(addresses.Length, results.Count);
        foreach (var result in results.Take(3))
        {
            var choice = Assert.Single(result.GetProperty("result").EnumerateArray());
            Assert.Equal(("kind", "photo", "choices", "dish-1"), (Text(choice, "from_name"), Text(choice, "to_name"), Text(choice, "type"), choice.GetProperty("value").GetProperty("choices")[0].GetString()));
            Assert.Equal(Math.E / (1 + Math.E + Math.Exp(3)), result.GetProperty("score").GetDouble(), 1e-4);
            Assert.Equal("Model 1", Text(result, "model_version"));
        }

        Assert.All(results.Skip(3), result => Assert.Equal((0, 0.0), (result.GetProperty("result").GetArrayLength(), result.GetProperty("score").GetDouble())));
        Assert.Empty(_stranger.Requests);
        Assert.All(_labelStudio.Requests, request => Assert.EndsWith(" Token", request, StringComparison.Ordinal));
    }

    [Theory]
    // All classes of the most probable label at once; a class that the interface does not list takes no part in it.
    [InlineData("multiple", new float[] { 0, 1, 3, 2, 0, -1 }, new[] { "cup", "dish-1" }, new[] { 3 })]
    [InlineData("multiple", new float[] { 0, 1, 3, 2, 0, 2 }, new[] { "dish-1" }, new[] { 1, 5 })]
    // "No class" is an answer: nothing is chosen.
    [InlineData("multiple", new float[] { 0, 1, 3, 2, 5, -1 }, new string[0], new[] { 4 })]
    // Where a picture gets one choice: the one that it most probably shows, alone or with others.
    [InlineData("single", new float[] { 0, 1, 3, 2, 5, -1 }, new[] { "dish-1" }, new[] { 1, 3, 5 })]
    public async Task Predict_LabelsOfSeveralClasses_AreTheirChoices(string choice, float[] logits, string[] expected, int[] summed)
    {
        var labels = await LabelsOfSeveralAsync();
        var members = new Dictionary<Guid, Guid[]> { [labels[3]] = [labels[0], labels[1]], [labels[4]] = [], [labels[5]] = [labels[1], labels[2]] };
        await Models.PromoteAsync(_userId, await ReadyModels.AddAsync(_factory, _userId, _projectId, 1, labels, Cancel, logits, members), "Untested on purpose", Cancel);
        _labelStudio.Files["/data/upload/1/a.png"] = TestImages.Png(1);
        var config = Interface.Replace("toName=", $"choice=\"{choice}\" toName=", StringComparison.Ordinal);
        Assert.Equal("Model 1", Text(await PostAsync("setup", new { project = "1.1", schema = config }), "model_version"));

        var answer = await PostAsync("predict", new { tasks = new[] { new { data = new { picture = "/data/upload/1/a.png" } } }, label_config = config });

        var result = Assert.Single(answer.GetProperty("results").EnumerateArray());
        Assert.Equal(expected, result.GetProperty("result").EnumerateArray().SelectMany(item => item.GetProperty("value").GetProperty("choices").EnumerateArray()).Select(item => item.GetString()));
        Assert.Equal(summed.Sum(index => Math.Exp(logits[index])) / logits.Sum(logit => Math.Exp(logit)), result.GetProperty("score").GetDouble(), 1e-4);
    }

    [Fact]
    public async Task Predict_PersonalToken_IsExchangedOnceAndAgainWhenItRunsOut()
    {
        await _factory.DisposeAsync();
        await StartAsync(FakeLabelStudio.PersonalToken);
        await PromoteAsync(1);
        _labelStudio.Files["/data/upload/1/a.png"] = TestImages.Png(1);

        Assert.Equal(1, await AnsweredAsync("/data/upload/1/a.png"));
        Assert.Equal(1, await AnsweredAsync("/data/upload/1/a.png"));
        Assert.Equal(1, _labelStudio.Exchanges);
        _labelStudio.Expire();

        Assert.Equal(1, await AnsweredAsync("/data/upload/1/a.png"));
        Assert.Equal(3, _labelStudio.Exchanges);
    }

    [Fact]
    public async Task Predict_TokenThatLabelStudioRefuses_IsSaidInsteadOfEmptyAnswers()
    {
        await _factory.DisposeAsync();
        await StartAsync("a-token-of-yesterday");
        await PromoteAsync(1);

        using var answer = await SendAsync("predict", new { tasks = new[] { new { data = new { picture = "/data/upload/1/a.png" } } }, label_config = Interface });

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("does not take the token", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Sign in</html>")]
    [InlineData("")]
    [InlineData("{\"access\":5}")]
    [InlineData("[]")]
    public async Task Predict_ExchangeThatGivesNoToken_IsSaidLikeARefusedToken(string exchanged)
    {
        await _factory.DisposeAsync();
        await StartAsync(FakeLabelStudio.PersonalToken);
        await PromoteAsync(1);
        _labelStudio.Exchanged = exchanged;

        using var answer = await SendAsync("predict", new { tasks = new[] { new { data = new { picture = "/data/upload/1/a.png" } } }, label_config = Interface });

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("does not take the token", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_TaskThatIsNull_IsRefused()
    {
        using var answer = await SendAsync("predict", new { tasks = new object?[] { null }, label_config = Interface });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Setup_AfterEachPromotion_NamesAnotherVersion()
    {
        var setup = new { project = "1.1700000000", schema = Interface, hostname = "http://elsewhere", access_token = "x", extra_params = (string?)null };
        Assert.Equal("none promoted", Text(await PostAsync("setup", setup), "model_version"));
        await PromoteAsync(1);
        Assert.Equal("Model 1", Text(await PostAsync("setup", setup), "model_version"));
        await PromoteAsync(2);
        Assert.Equal("Model 2", Text(await PostAsync("setup", setup), "model_version"));
        await Models.RollBackAsync(_userId, _projectId, mayLeaveNone: false, Cancel);
        Assert.Equal("Model 1", Text(await PostAsync("setup", setup), "model_version"));

        using var client = await ClientAsync(AccessScopes.Predict);
        var versions = await client.GetFromJsonAsync<JsonElement>(Address("versions"), Cancel);
        Assert.Equal(["Model 2", "Model 1"], versions.GetProperty("versions").EnumerateArray().Select(item => item.GetString()));
    }

    [Fact]
    public async Task Validate_InterfaceWithoutChoices_IsRefused()
    {
        using var good = await SendAsync("validate", new { config = Interface });
        using var bad = await SendAsync("validate", new { config = "<View/>" });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (good.StatusCode, bad.StatusCode));
    }

    [Fact]
    public async Task Webhook_Annotation_IsTakenNoteOf_AndOthersAreUnknown()
    {
        using var annotation = await SendAsync("webhook", new { action = "ANNOTATION_CREATED", project = new { id = 1 } });
        Assert.Equal(HttpStatusCode.Created, annotation.StatusCode);
        Assert.Equal("Unknown event", Text(await PostAsync("webhook", new { action = "PROJECT_UPDATED" }), "status"));
    }

    [Fact]
    public async Task Webhook_StartTraining_QueuesARunWhenTheTokenMayTrain()
    {
        using var refused = await SendAsync("webhook", new { action = "START_TRAINING" });
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await LabelSomeAsync();

        var started = await PostAsync("webhook", new { action = "START_TRAINING" }, AccessScopes.Predict | AccessScopes.Train);

        var job = Text(started, "job");
        Assert.Equal("queued", Text(await PostAsync("job_status", new { job }), "job_status"));
        using var unknown = await SendAsync("job_status", new { job = "12" });
        Assert.Equal(HttpStatusCode.Gone, unknown.StatusCode);
    }

    [Fact]
    public async Task Health_TokenAsPassword_OpensTheBackendAndNothingElse()
    {
        using var client = await ClientAsync(AccessScopes.Predict);
        Assert.Equal("UP", Text(await client.GetFromJsonAsync<JsonElement>(Address("health"), Cancel), "status"));
        Assert.Equal("UP", Text(await client.GetFromJsonAsync<JsonElement>(Address(""), Cancel), "status"));
        using var elsewhere = await client.GetAsync(new Uri($"/api/v1/projects/{_projectId}/models", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, elsewhere.StatusCode);

        using var stranger = _factory.NewClient();
        using var refused = await stranger.GetAsync(Address("health"), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Basic", Assert.Single(refused.Headers.WwwAuthenticate).Scheme);
    }

    private async Task StartAsync(string token)
    {
        _factory = new StudioFactory
        {
            Settings = new Dictionary<string, string> { ["Studio:LabelStudio:Url"] = _labelStudio.Address.AbsoluteUri, ["Studio:LabelStudio:Token"] = token },
        };
        _userId = await _factory.AddPersonAsync(StudioRole.MlLead);
        _projectId = await _factory.Services.GetRequiredService<ProjectCatalog>().CreateAsync(_userId, new NewProject("Dishes"), Cancel);
        _classes.Clear();
        foreach (var name in new[] { "Cup", "Plate", "Saucer" })
        {
            _classes.Add((await _factory.Services.GetRequiredService<ClassCatalog>().CreateAsync(_userId, _projectId, new NewClass(name), Cancel)).Id);
        }
    }

    private async Task PromoteAsync(int number) =>
        await Models.PromoteAsync(_userId, await ReadyModels.AddAsync(_factory, _userId, _projectId, number, _classes, Cancel, [0, 1, 3]), "Untested on purpose", Cancel);

    /// <summary>Cup, Plate, Saucer, Cup + Plate, none, and Plate + Saucer.</summary>
    private async Task<IReadOnlyList<Guid>> LabelsOfSeveralAsync()
    {
        var projects = _factory.Services.GetRequiredService<ProjectCatalog>();
        _projectId = await projects.CreateAsync(_userId, new NewProject("Several") { TakesSeveralClasses = true }, Cancel);
        _classes.Clear();
        foreach (var name in new[] { "Cup", "Plate", "Saucer" })
        {
            _classes.Add((await _factory.Services.GetRequiredService<ClassCatalog>().CreateAsync(_userId, _projectId, new NewClass(name), Cancel)).Id);
        }

        var intake = _factory.Services.GetRequiredService<LabelStudio.Pipeline.Intake.ImageIntake>();
        var image = (await intake.AddAsync(_userId, _projectId, await intake.StartBatchAsync(_userId, _projectId, "test", Cancel), "1.png", TestImages.PngStream(1), null, Cancel)).ImageId!.Value;
        var labels = new List<Guid>(_classes);
        foreach (Guid[] together in new Guid[][] { [_classes[0], _classes[1]], [], [_classes[1], _classes[2]] })
        {
            var decision = new Decision(Guid.NewGuid(), image, AnnotationKind.Label) { ClassIds = together };
            await _factory.Services.GetRequiredService<ImageLabeller>().DecideAsync(_userId, _projectId, [decision], Cancel);
            labels.Add((await _factory.Services.GetRequiredService<LabelStudio.Pipeline.Intake.ImageLibrary>().PageAsync(_userId, _projectId, new() { Ids = [image] }, null, 1, Cancel))[0].ClassId!.Value);
        }

        return labels;
    }

    private async Task LabelSomeAsync()
    {
        var intake = _factory.Services.GetRequiredService<LabelStudio.Pipeline.Intake.ImageIntake>();
        var batch = await intake.StartBatchAsync(_userId, _projectId, "test", Cancel);
        for (var number = 0; number < 30; number++)
        {
            await intake.AddAsync(_userId, _projectId, batch, $"{number}.png", TestImages.PngStream(number), _classes[number % 2], Cancel);
        }
    }

    private async Task<int> AnsweredAsync(string address)
    {
        var answer = await PostAsync("predict", new { tasks = new[] { new { data = new { picture = address } } }, label_config = Interface });
        return Assert.Single(answer.GetProperty("results").EnumerateArray()).GetProperty("result").GetArrayLength();
    }

    private Uri Address(string path) => new($"/api/v1/projects/{_projectId}/ml-backend/{path}", UriKind.Relative);

    /// <summary>As Label Studio calls: name and password.</summary>
    private async Task<HttpClient> ClientAsync(AccessScopes scopes)
    {
        var token = await _factory.Services.GetRequiredService<AccessTokens>().CreateAsync(_userId, new NewAccessToken("label studio", scopes), Cancel);
        var client = _factory.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"label-studio:{token.Secret}")));
        return client;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, object body, AccessScopes scopes = AccessScopes.Predict)
    {
        using var client = await ClientAsync(scopes);
        return await client.PostAsJsonAsync(Address(path), body, Cancel);
    }

    private async Task<JsonElement> PostAsync(string path, object body, AccessScopes scopes = AccessScopes.Predict)
    {
        using var answer = await SendAsync(path, body, scopes);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
