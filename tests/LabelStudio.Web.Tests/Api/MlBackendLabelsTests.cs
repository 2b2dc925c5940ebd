using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Tests;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Api;

/// <summary>Labels of Label Studio that a training takes over.</summary>
public sealed class MlBackendLabelsTests : IAsyncLifetime
{
    private const string Interface = """
        <View><Image name="photo" value="$picture"/><Choices name="kind" toName="photo">
          <Choice value="cup"/><Choice value="Dish" alias="dish-1" predicted_values="Plate"/><Choice value="spoon"/>
        </Choices></View>
        """;

    // As exports of this program name its parts.
    private const string OfExports = """
        <View><Image name="image" value="$image"/><Choices name="choice" toName="image" choice="multiple"><Choice value="Cup"/><Choice value="Plate"/></Choices></View>
        """;

    private static readonly string Multiple = Interface.Replace("toName=\"photo\"", "toName=\"photo\" choice=\"multiple\"", StringComparison.Ordinal);

    private const AccessScopes All = AccessScopes.Predict | AccessScopes.Train | AccessScopes.Label;

    private readonly List<Guid> _classes = [];
    private FakeLabelStudio _labelStudio = null!;
    private StudioFactory _factory = null!;
    private Guid _userId;
    private Guid _projectId;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _labelStudio = await FakeLabelStudio.StartAsync(Cancel);
        await StartAsync(FakeLabelStudio.LegacyToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await _labelStudio.DisposeAsync();
    }

    [Fact]
    public async Task StartTraining_LabelsOfTheProjectThere_AreSavedUnderItsNameForKnownPicturesAlone()
    {
        var images = await AddAsync();
        await DecideAsync(images[42], _classes[1]);
        await DecideAsync(images[43], _classes[0]);
        _labelStudio.Files["/data/upload/7/a.png"] = TestImages.Png(40);
        _labelStudio.Files["/data/upload/7/stranger.png"] = TestImages.Png(99);
        _labelStudio.Files["/api/projects/7/export"] = JsonSerializer.SerializeToUtf8Bytes(new[]
        {
            Task("cup", address: "/data/upload/7/a.png"),
            Task("dish-1", hash: HashOf(41)),
            Task("cup", hash: HashOf(42)),
            Task("cup", hash: HashOf(43)),
            Task("cup", address: "/data/upload/7/stranger.png"),
            Task("cup", address: "/data/upload/7/lost.png"),
            Task("spoon", hash: HashOf(44)),
            Task("cup", hash: HashOf(44), isCancelled: true),
        });

        var started = await PostAsync("webhook", new { action = "START_TRAINING", project = new { id = 7, label_config = Interface } }, All);

        var labels = started.GetProperty("result").GetProperty("labels");
        Assert.Equal((2, 1, 1, 2, 1), (Number(labels, "saved"), Number(labels, "unchanged"), Number(labels, "kept"), Number(labels, "unknown_images"), Number(labels, "unknown_classes")));
        Assert.Equal([_classes[0], _classes[1], _classes[1], _classes[0], null], await LabelsAsync(images[40], images[41], images[42], images[43], images[44]));
        var act = (await Get<ImageHistory>().ListAsync(_userId, images[40], Cancel))[0];
        Assert.Equal((AnnotationOrigin.Import, "Label Studio", _classes[0]), (act.Origin, act.Source, act.ClassId));
        Assert.Equal("queued", Text(await PostAsync("job_status", new { job = Text(started, "job") }, All), "job_status"));
    }

    [Fact]
    public async Task Train_OldForm_TakesTheLabelsItBringsAndAsksForNone()
    {
        var images = await AddAsync();

        var started = await PostAsync("train", new { annotations = new[] { Task("cup", hash: HashOf(40)) }, project = "7.1700000000", label_config = Interface }, All);

        Assert.Equal(1, Number(started.GetProperty("result").GetProperty("labels"), "saved"));
        Assert.Equal([_classes[0]], await LabelsAsync(images[40]));
        Assert.Empty(_labelStudio.Requests);
        Assert.Equal("queued", Text(await PostAsync("job_status", new { job = Text(started, "job") }, All), "job_status"));
    }

    [Fact]
    public async Task Train_SeveralAnnotations_TheGroundTruthHolds()
    {
        var images = await AddAsync();
        var task = new
        {
            data = new { picture = "/data/upload/7/a.png" },
            meta = new { sha256 = HashOf(40) },
            annotations = new[] { Annotation("cup", "2026-05-03", isTruth: false), Annotation("dish-1", "2026-05-01", isTruth: true), Annotation("cup", "2026-05-02", isTruth: false) },
        };

        await PostAsync("train", new { annotations = new[] { task }, label_config = Interface }, All);

        Assert.Equal([_classes[1]], await LabelsAsync(images[40]));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Train_SeveralChoicesOrNone_AreTakenOverWhereImagesMayHaveThem(bool projectTakesSeveral, bool interfaceIsMultiple)
    {
        var images = await AddAsync();
        if (projectTakesSeveral)
        {
            await TakeSeveralAsync();
        }

        var tasks = new[]
        {
            TaskOf(40, Result("cup", "dish-1")),
            TaskOf(41),
            TaskOf(42, Result("cup", "spoon")),
            TaskOf(43, Result()),
            TaskOf(44, new { from_name = "other", to_name = "photo", type = "choices", value = new { choices = new[] { "blurred" } } }),
        };

        var started = await PostAsync("train", new { annotations = tasks, label_config = interfaceIsMultiple ? Multiple : Interface }, All);

        var labels = started.GetProperty("result").GetProperty("labels");
        string?[] none = projectTakesSeveral && interfaceIsMultiple ? ["No class"] : [null];
        Assert.Equal([projectTakesSeveral ? "Cup + Plate" : null, .. none, null, .. none, null], await NamesAsync(images[40], images[41], images[42], images[43], images[44]));
        Assert.Equal((none is [not null] ? 3 : projectTakesSeveral ? 1 : 0, projectTakesSeveral ? 1 : 2), (Number(labels, "saved"), Number(labels, "unknown_classes")));
    }

    [Fact]
    public async Task Train_ExportOfThisProgram_BringsTheSameLabelsToAnotherProject()
    {
        var images = await AddAsync();
        await TakeSeveralAsync();
        await DecideAsync(images[40], _classes[1], _classes[0]);
        await DecideAsync(images[41]);
        await DecideAsync(images[42], _classes[1]);
        var expected = await NamesAsync(images[40], images[41], images[42], images[43]);
        using var export = new MemoryStream();
        await Get<DatasetExports>().WriteLabelStudioAsync(_userId, _projectId, new ExportOptions(IncludeUnlabelled: true), export, Cancel);
        await NewProjectAsync("Other dishes");
        images = await AddAsync();
        await TakeSeveralAsync();

        await PostAsync("train", new { annotations = JsonSerializer.Deserialize<JsonElement>(export.ToArray()), label_config = OfExports }, All);

        Assert.Equal(["Cup + Plate", "No class", "Plate", null], expected);
        Assert.Equal(expected, await NamesAsync(images[40], images[41], images[42], images[43]));
    }

    [Fact]
    public async Task StartTraining_TokenThatMayNotLabel_TakesNothingOverAndSaysSo()
    {
        var images = await AddAsync();

        var started = await PostAsync("train", new { annotations = new[] { Task("cup", hash: HashOf(40)) }, label_config = Interface }, AccessScopes.Predict | AccessScopes.Train);

        Assert.Contains("may not label", Text(started.GetProperty("result").GetProperty("labels"), "problem"), StringComparison.Ordinal);
        Assert.Equal([null], await LabelsAsync(images[40]));
        Assert.NotNull(Text(started, "job"));
    }

    [Fact]
    public async Task StartTraining_LabelStudioGivesNoLabels_StillQueuesTheRunAndSaysWhatIsMissing()
    {
        await AddAsync();

        var started = await PostAsync("webhook", new { action = "START_TRAINING", project = new { id = 8, label_config = Interface } }, All);

        Assert.Contains("404", Text(started.GetProperty("result").GetProperty("labels"), "problem"), StringComparison.Ordinal);
        Assert.NotNull(Text(started, "job"));
    }

    [Fact]
    public async Task Setup_TokenOfTheLabelStudioOfTheSettings_IsUsedWhereTheSettingsHoldNone()
    {
        await _factory.DisposeAsync();
        await StartAsync("");
        await Get<ModelRegistry>().PromoteAsync(_userId, await ReadyModels.AddAsync(_factory, _userId, _projectId, 1, _classes, Cancel), "Untested on purpose", Cancel);
        _labelStudio.Files["/data/upload/7/a.png"] = TestImages.Png(1);
        var predict = new { tasks = new[] { new { data = new { picture = "/data/upload/7/a.png" } } }, label_config = Interface };

        await PostAsync("setup", new { project = "7.1", schema = Interface, hostname = "http://elsewhere.example", access_token = FakeLabelStudio.LegacyToken }, All);
        using var stillRefused = await SendAsync("predict", predict, All);
        await PostAsync("setup", new { project = "7.1", schema = Interface, hostname = _labelStudio.Address.AbsoluteUri, access_token = FakeLabelStudio.LegacyToken }, All);
        var answered = await PostAsync("predict", predict, All);

        Assert.Equal(HttpStatusCode.Conflict, stillRefused.StatusCode);
        Assert.Equal(1, answered.GetProperty("results")[0].GetProperty("result").GetArrayLength());
    }

    private static object Task(string choice, string? address = null, string? hash = null, bool isCancelled = false) => new
    {
        data = new { picture = address ?? "/data/upload/7/none.png" },
        meta = new { sha256 = hash },
        annotations = new[] { new { was_cancelled = isCancelled, result = new[] { Result(choice) } } },
    };

    private static object Annotation(string choice, string day, bool isTruth) => new { updated_at = day, ground_truth = isTruth, result = new[] { Result(choice) } };

    private static object Result(params string[] choices) => new { from_name = "kind", to_name = "photo", type = "choices", value = new { choices } };

    private static object TaskOf(int number, params object[] result) => new
    {
        data = new { picture = "/data/upload/7/none.png" },
        meta = new { sha256 = HashOf(number) },
        annotations = new[] { new { was_cancelled = false, result } },
    };

    private static string HashOf(int number) => Convert.ToHexStringLower(SHA256.HashData(TestImages.Png(number)));

    private async Task StartAsync(string token)
    {
        _factory = new StudioFactory
        {
            Settings = new Dictionary<string, string> { ["Studio:LabelStudio:Url"] = _labelStudio.Address.AbsoluteUri, ["Studio:LabelStudio:Token"] = token },
        };
        _userId = await _factory.AddPersonAsync(StudioRole.MlLead);
        await NewProjectAsync("Dishes");
    }

    private async Task NewProjectAsync(string called)
    {
        _projectId = await Get<ProjectCatalog>().CreateAsync(_userId, new NewProject(called), Cancel);
        _classes.Clear();
        foreach (var name in new[] { "Cup", "Plate" })
        {
            _classes.Add((await Get<ClassCatalog>().CreateAsync(_userId, _projectId, new NewClass(name), Cancel)).Id);
        }
    }

    /// <summary>Thirty labelled images, so that a run can be queued, and five without a label: 40 to 44.</summary>
    private async Task<Dictionary<int, long>> AddAsync()
    {
        var intake = Get<ImageIntake>();
        var batch = await intake.StartBatchAsync(_userId, _projectId, "test", Cancel);
        var images = new Dictionary<int, long>();
        foreach (var number in Enumerable.Range(0, 30).Concat(Enumerable.Range(40, 5)))
        {
            var added = await intake.AddAsync(_userId, _projectId, batch, $"{number}.png", TestImages.PngStream(number), number < 30 ? _classes[number % 2] : null, Cancel);
            images[number] = added.ImageId!.Value;
        }

        return images;
    }

    private Task<IReadOnlyList<DecisionResult>> DecideAsync(long image, Guid classId) =>
        Get<ImageLabeller>().DecideAsync(_userId, _projectId, [new Decision(Guid.NewGuid(), image, AnnotationKind.Label, classId)], Cancel);

    private Task<IReadOnlyList<DecisionResult>> DecideAsync(long image, params Guid[] classIds) =>
        Get<ImageLabeller>().DecideAsync(_userId, _projectId, [new Decision(Guid.NewGuid(), image, AnnotationKind.Label) { ClassIds = classIds }], Cancel);

    private async Task TakeSeveralAsync()
    {
        var now = await Get<ProjectCatalog>().GetAsync(_userId, _projectId, Cancel);
        var update = new ProjectUpdate(
            now.Name, now.Description, now.Guidelines, now.TrainPercent, now.ValidationPercent, now.TestPercent, now.DefaultOrder, now.SuggestionSource)
        {
            TakesSeveralClasses = true,
        };
        await Get<ProjectCatalog>().UpdateAsync(_userId, _projectId, update, Cancel);
    }

    private async Task<IEnumerable<string?>> NamesAsync(params long[] ids)
    {
        var names = (await Get<ClassCatalog>().ListAsync(_userId, _projectId, Cancel)).ToDictionary(item => item.Id, item => item.Name);
        return (await LabelsAsync(ids)).Select(id => id is { } label ? names[label] : null);
    }

    private async Task<IEnumerable<Guid?>> LabelsAsync(params long[] ids)
    {
        var images = (await Get<ImageLibrary>().PageAsync(_userId, _projectId, new ImageFilter { Ids = ids }, null, 10, Cancel)).ToDictionary(image => image.Id, image => image.ClassId);
        return ids.Select(id => images[id]);
    }

    private T Get<T>()
        where T : notnull => _factory.Services.GetRequiredService<T>();

    private async Task<HttpResponseMessage> SendAsync(string path, object body, AccessScopes scopes)
    {
        var token = await Get<AccessTokens>().CreateAsync(_userId, new NewAccessToken("label studio", scopes), Cancel);
        using var client = _factory.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"label-studio:{token.Secret}")));
        return await client.PostAsJsonAsync(new Uri($"/api/v1/projects/{_projectId}/ml-backend/{path}", UriKind.Relative), body, Cancel);
    }

    private async Task<JsonElement> PostAsync(string path, object body, AccessScopes scopes)
    {
        using var answer = await SendAsync(path, body, scopes);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
