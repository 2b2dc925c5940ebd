using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Tests.Hosting;
using LabelStudio.Web.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Webhooks;

public sealed class WebhookDeliveryTests : IAsyncLifetime
{
    private readonly StudioFactory _factory = new();
    private FakeReceiver _receiver = null!;
    private HttpClient _client = null!;
    private Guid _userId;
    private Guid _projectId;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = await FakeReceiver.StartAsync(Cancel);
        _userId = await _factory.AddPersonAsync(StudioRole.MlLead);
        _projectId = await Get<ProjectCatalog>().CreateAsync(_userId, new NewProject("Clothes"), Cancel);
        _client = await _factory.SignInAsync(StudioFactory.EmailOf(StudioRole.MlLead));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _factory.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task SendDue_RunThatEnded_IsToldSignedWithItsVerdictAndALink()
    {
        await SetAsync("s3cret");
        var runId = await EndRunAsync();

        await Get<WebhookDelivery>().SendDueAsync(Cancel);
        await Get<WebhookDelivery>().SendDueAsync(Cancel);

        var (body, happened, signature) = Assert.Single(_receiver.Received);
        Assert.Equal("run.ended", happened);
        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("s3cret"), body)), signature);
        var message = JsonSerializer.Deserialize<JsonElement>(body);
        var run = message.GetProperty("run");
        Assert.Equal((runId, "Run 1", "Succeeded"), (run.GetProperty("id").GetGuid(), run.GetProperty("name").GetString(), run.GetProperty("state").GetString()));
        Assert.Equal("Clothes", message.GetProperty("project").GetProperty("name").GetString());
        Assert.Equal(0.75, message.GetProperty("verdict").GetProperty("accuracy").GetDouble(), 1e-9);
        Assert.Contains("4 test images right", message.GetProperty("verdict").GetProperty("sentence").GetString(), StringComparison.Ordinal);
        Assert.Equal($"http://localhost/projects/{_projectId}/runs/{runId}", message.GetProperty("link").GetString());
        Assert.Contains("was told that the run ended", LogOf(runId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_RunThatEndsWhileItWaits_IsToldAtOnce()
    {
        await SetAsync(null);
        var runId = await ReadyModels.AddListedAsync(_factory.Services, _userId, _projectId, 1, Cancel);
        using var worker = ActivatorUtilities.CreateInstance<WebhookWorker>(_factory.Services);
        await worker.StartAsync(Cancel);

        await Get<RunRecords>().ChangeAsync(runId, _ => true, run => Get<RunRecords>().End(run, RunState.Failed, "The disk is full."), Cancel);
        await _receiver.FirstReceived.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await worker.StopAsync(Cancel);

        var run = JsonSerializer.Deserialize<JsonElement>(Assert.Single(_receiver.Received).Body).GetProperty("run");
        Assert.Equal(("Failed", "The disk is full."), (run.GetProperty("state").GetString(), run.GetProperty("failure").GetString()));
    }

    [Fact]
    public async Task SendDue_NotTaken_IsInTheRunsLogAndTriedLater()
    {
        await SetAsync(null);
        _receiver.Status = 503;
        var runId = await EndRunAsync();

        await Get<WebhookDelivery>().SendDueAsync(Cancel);

        Assert.Null(Assert.Single(_receiver.Received).Signature);
        Assert.Contains("(try 1 of 4): " + _receiver.Address.Authority + " answered 503. The next try is in 10 seconds.", LogOf(runId), StringComparison.Ordinal);
        Assert.NotNull(await Get<RunWebhooks>().NextDueAsync(Cancel));
    }

    [Fact]
    public async Task SendDue_RedirectElsewhere_IsNotFollowed()
    {
        await SetAsync(null);
        _receiver.Status = 307;
        var runId = await EndRunAsync();

        await Get<WebhookDelivery>().SendDueAsync(Cancel);

        Assert.Contains("answered 307", LogOf(runId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_SavedWebhook_IsSentATestMessage_AndAFailureIsSaid()
    {
        using var none = await PostTestAsync();
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        await SetAsync("s3cret");

        using var taken = await PostTestAsync();
        _receiver.Status = 404;
        using var refused = await PostTestAsync();

        Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);
        Assert.Equal("test", _receiver.Received.First().Event);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("answered 404", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Webhook_TellsThatThereIsASecretAndNotWhich()
    {
        await SetAsync("s3cret");

        var text = await _client.GetStringAsync(Address(""), Cancel);

        Assert.Contains("\"hasSecret\":true", text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
    }

    private T Get<T>()
        where T : notnull => _factory.Services.GetRequiredService<T>();

    private Uri Address(string path) => new($"/api/v1/projects/{_projectId}/webhook{path}", UriKind.Relative);

    private async Task SetAsync(string? secret)
    {
        using var answer = await _client.PutAsJsonAsync(Address(""), new { url = new Uri(_receiver.Address, "/hook").AbsoluteUri, secret }, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private Task<HttpResponseMessage> PostTestAsync() => _client.PostAsync(Address("/test"), null, Cancel);

    /// <summary>A run that has just succeeded with a model: three of its four test images are right.</summary>
    private async Task<Guid> EndRunAsync()
    {
        var id = await ReadyModels.AddListedAsync(_factory.Services, _userId, _projectId, 1, Cancel);
        var folder = Directory.CreateDirectory(Get<StudioPaths>().ModelFolder(id)).FullName;
        var report = new EvaluationReport
        {
            ModelVersionId = id,
            ProjectId = _projectId,
            RunId = id,
            DatasetSnapshotId = id,
            Classes = [new ReportClass(Guid.CreateVersion7(), "hat", false), new ReportClass(Guid.CreateVersion7(), "shoe", false)],
            Metrics = LabelStudio.Learning.Evaluation.ModelEvaluation.Compute([0, 0, 1, 1], [1, 0, 1, 0, 0, 1, 1, 0], 2),
        };
        EvaluationFiles.Write(folder, report, [], []);
        await Get<StudioWriter>().WriteAsync(
            async (db, token) => Get<RunRecords>().End(await db.TrainingRuns.SingleAsync(run => run.Id == id, token), RunState.Succeeded), Cancel);
        return id;
    }

    private string LogOf(Guid runId) => string.Join('\n', Get<TrainingMonitor>().Snapshot(runId).LogTail.Select(line => line.Text));
}
