using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Api;
using LabelStudio.Web.Composition;
using LabelStudio.Web.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LabelStudio.Benchmarks.Data;

/// <summary>The program on a port of its own with the sample project, and its trainer in a process of its own: all but the pages.</summary>
internal sealed class TrainingServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Two stages of the backbone at the usual size, for longer than anybody measures.</summary>
    private static readonly TrainingPlan LongRun = TrainingPlan.Balanced with { Epochs = 1000, Patience = 0 };

    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly HttpClient _http;

    private TrainingServer(WebApplication app, string folder) =>
        (_app, _folder, _http) = (app, folder, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });

    public Guid UserId { get; private set; }

    public Guid ProjectId { get; private set; }

    public IReadOnlyList<long> ImageIds { get; private set; } = [];

    public IReadOnlyList<Guid> ClassIds { get; private set; } = [];

    public int TrainerThreads => Get<IOptions<LocalTrainerOptions>>().Value.ThreadCount;

    public TrainingMonitor Monitor => Get<TrainingMonitor>();

    /// <param name="trainerThreads">Threads of its trainer; null: what the program takes.</param>
    /// <param name="log">For progress lines.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<TrainingServer> StartAsync(int? trainerThreads, TextWriter log, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("studio-benchmark-").FullName;
        string[] threads = trainerThreads is { } number ? ["--Studio:LocalTrainer:Threads", number.ToString(CultureInfo.InvariantCulture)] : [];
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0", "--Studio:DataPath", folder, .. threads]);
        builder.Logging.ClearProviders();
        builder.Services.AddStages(builder.Configuration);
        builder.Services.AddStudioIdentity();
        builder.Services.AddWeb(builder.Configuration);
        builder.Services.AddTrainers();
        var app = builder.Build();
        await app.PrepareAsync(stop);
        app.UseStudio();
        app.MapLabelling();
        app.MapTrainers();
        await app.StartAsync(stop);
        var server = new TrainingServer(app, folder);
        await log.WriteLineAsync("Drawing the sample project ...");
        await server.FillAsync(stop);
        return server;
    }

    /// <summary>Launches a run that outlasts the measuring, and waits until it trains.</summary>
    public async Task<Guid> TrainAsync(CancellationToken stop)
    {
        var runId = await LaunchAsync(LongRun, stop);
        await UntilAsync(runId, view => view.LastBatch is not null, stop);
        return runId;
    }

    /// <summary>Launches a run from the pretrained backbone.</summary>
    public Task<Guid> LaunchAsync(TrainingPlan plan, CancellationToken stop) =>
        Get<RunLaunch>().LaunchAsync(UserId, ProjectId, new LaunchRequest(plan, null, FromPretrained: true), stop);

    /// <summary>Ends a run without a model.</summary>
    public Task CancelAsync(Guid runId, CancellationToken stop) => Get<RunControl>().CancelAsync(UserId, runId, keepBest: false, stop);

    /// <summary>Waits until a run looks as wanted.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task UntilAsync(Guid runId, Func<RunView, bool> isReached, CancellationToken stop)
    {
        var reached = new TaskCompletionSource();
        using var subscription = Monitor.Subscribe(runId, Look, TimeSpan.Zero);
        await Look();
        await reached.Task.WaitAsync(Patience, stop);

        Task Look()
        {
            var view = Monitor.Snapshot(runId);
            if (isReached(view))
            {
                reached.TrySetResult();
            }
            else if (view.State.IsEnded())
            {
                reached.TrySetException(new InvalidOperationException($"The run ended as {view.State} before it was where it is measured: {view.LogTail switch { [.., var last] => last.Text, _ => "" }}"));
            }
            return Task.CompletedTask;
        }
    }

    /// <summary>Saves a label over HTTP, as a page does.</summary>
    public async Task LabelAsync(long imageId, Guid classId, CancellationToken stop)
    {
        var body = new { decisions = new[] { new { id = Guid.CreateVersion7(), imageId, kind = nameof(AnnotationKind.Label), classId } } };
        using var answer = await _http.PostAsJsonAsync($"api/v1/projects/{ProjectId}/labelling/decisions", body, stop);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    private async Task FillAsync(CancellationToken stop)
    {
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            var user = new StudioUser { Id = Guid.CreateVersion7(), UserName = "lead@example.org", Email = "lead@example.org", DisplayName = "Lead", Role = StudioRole.Administrator };
            var made = await scope.ServiceProvider.GetRequiredService<UserManager<StudioUser>>().CreateAsync(user, $"Aa1-{Guid.NewGuid():N}");
            UserId = made.Succeeded ? user.Id : throw new InvalidOperationException(string.Join(' ', made.Errors.Select(error => error.Description)));
        }
        ProjectId = await Get<SampleProject>().CreateAsync(UserId, new Progress<int>(), stop);
        ClassIds = [.. (await Get<ClassCatalog>().ListAsync(UserId, ProjectId, stop)).Select(item => item.Id)];
        ImageIds = [.. (await Get<ImageLibrary>().PageAsync(UserId, ProjectId, new ImageFilter { State = ImageState.Labelled }, null, 200, stop)).Select(tile => tile.Id)];
        var token = await Get<AccessTokens>().CreateAsync(UserId, new NewAccessToken("benchmark", AccessScopes.Label, null), stop);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Secret);
    }
}
