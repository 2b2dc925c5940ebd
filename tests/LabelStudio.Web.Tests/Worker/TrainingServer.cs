using System.Net.Http.Headers;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Worker;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Web.Tests.Worker;

/// <summary>The program on a real port, which starts its real trainer process, with a small labelled project.</summary>
public sealed class TrainingServer : WebApplicationFactory<Program>, IAsyncLifetime
{
    /// <summary>Embeddings of small pictures are quick to compute.</summary>
    public const int SmallSidePx = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly RecentLog _log = new();
    private readonly string _dataPath = Directory.CreateTempSubdirectory("studio-training-").FullName;

    public TrainingServer() => UseKestrel(0);

    /// <summary>Where its trainer works; null: in the data folder.</summary>
    public string? WorkFolder { get; init; }

    public Guid UserId { get; private set; }

    public Guid ProjectId { get; private set; }

    public IReadOnlyList<Guid> ClassIds { get; private set; } = [];

    public RunLaunch Launch => Services.GetRequiredService<RunLaunch>();

    public TrainingQueue Queue => Services.GetRequiredService<TrainingQueue>();

    public RunControl Control => Services.GetRequiredService<RunControl>();

    public RunCheckpoints Checkpoints => Services.GetRequiredService<RunCheckpoints>();

    public TrainingMonitor Monitor => Services.GetRequiredService<TrainingMonitor>();

    public LocalTrainer Trainer => Services.GetRequiredService<LocalTrainer>();

    public Uri Address => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public async ValueTask InitializeAsync()
    {
        StartServer();
        UserId = await AddAdministratorAsync();
        ProjectId = await Services.GetRequiredService<ProjectCatalog>()
            .CreateAsync(UserId, new NewProject("Training"), CancellationToken.None);
        ClassIds = [await AddClassAsync("Dark"), await AddClassAsync("Light")];
        await AddImagesAsync(ClassIds[0], 30, first: 0);
        await AddImagesAsync(ClassIds[1], 30, first: 1000);
    }

    public async Task<Guid> AddClassAsync(string name) =>
        (await Services.GetRequiredService<ClassCatalog>().CreateAsync(UserId, ProjectId, new NewClass(name), CancellationToken.None)).Id;

    public async Task AddImagesAsync(Guid classId, int count, int first)
    {
        var intake = Services.GetRequiredService<ImageIntake>();
        var batchId = await intake.StartBatchAsync(UserId, ProjectId, "test", CancellationToken.None);
        for (var number = first; number < first + count; number++)
        {
            using var image = LabelStudio.Tests.TestImages.PngStream(number);
            await intake.AddAsync(UserId, ProjectId, batchId, $"{number}.png", image, classId, CancellationToken.None);
        }
    }

    /// <summary>A run that takes minutes if nobody stops it.</summary>
    public Task<Guid> LaunchLongAsync() =>
        LaunchAsync(new TrainingPlan { Epochs = 1000, SidePx = SmallSidePx, BatchSize = 1, Patience = 0, HeadLearningRate = 1e-5 });

    public Task<Guid> LaunchAsync(TrainingPlan plan, bool fromPretrained = false) =>
        Launch.LaunchAsync(UserId, ProjectId, new LaunchRequest(plan, null, fromPretrained), CancellationToken.None);

    /// <summary>Waits until the run looks as wanted; a run that ended otherwise fails the test with its reason.</summary>
    public async Task<RunDetails> UntilAsync(Guid runId, Func<RunView, bool> isReached)
    {
        var reached = new TaskCompletionSource();
        using var subscription = Monitor.Subscribe(runId, Check, TimeSpan.Zero);
        await Check();
        try
        {
            await reached.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The run stayed {Monitor.Snapshot(runId).State}, the trainer is {Trainer.Status}. The log:\n{_log}");
        }
        return await Queue.GetAsync(UserId, runId, CancellationToken.None);

        async Task Check()
        {
            var view = Monitor.Snapshot(runId);
            if (isReached(view))
            {
                reached.TrySetResult();
            }
            else if (view.State.IsEnded())
            {
                var run = await Queue.GetAsync(UserId, runId, CancellationToken.None);
                reached.TrySetException(new InvalidOperationException($"The run ended as {run.State}: {run.Failure}"));
            }
        }
    }

    public async Task<string> NewTokenAsync(AccessScopes scopes) =>
        (await Services.GetRequiredService<AccessTokens>().CreateAsync(UserId, new NewAccessToken(scopes.ToString(), scopes, null), CancellationToken.None)).Secret;

    public HttpClient NewTokenClient(string token)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_dataPath, recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("Studio:DataPath", _dataPath);
        builder.UseSetting("Studio:LocalTrainer:Threads", "1");
        builder.UseSetting("Studio:LocalTrainer:WorkFolder", WorkFolder ?? "");
        builder.ConfigureLogging(logging => logging.AddProvider(_log));
        builder.ConfigureTestServices(services =>
        {
            // The trainer computes what is missing; two embedders at once would only make the test slow.
            foreach (var worker in services.Where(service => service.ServiceType == typeof(IHostedService)
                && service.ImplementationFactory?.Method.DeclaringType?.Namespace is "LabelStudio.Pipeline.Features" or "LabelStudio.Pipeline.Serving").ToArray())
            {
                services.Remove(worker);
            }
        });
    }

    private async Task<Guid> AddAdministratorAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<StudioUser>>();
        var user = new StudioUser { Id = Guid.CreateVersion7(), UserName = "lead@example.org", Email = "lead@example.org", DisplayName = "Lead", Role = StudioRole.Administrator };
        var result = await users.CreateAsync(user, "Correct-horse-7");
        Assert.True(result.Succeeded);
        return user.Id;
    }
}
