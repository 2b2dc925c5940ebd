using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Bunit;
using Bunit.TestDoubles;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Account;
using LabelStudio.Web.Components;
using LabelStudio.Web.Composition;
using LabelStudio.Web.Pages.Classes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace LabelStudio.Web.Tests.Hosting;

/// <summary>Renders pages on the real services and a database file that goes away with the test.</summary>
public abstract class PageTest : BunitContext, IAsyncLifetime
{
    private readonly string _dataPath = Directory.CreateTempSubdirectory("studio-page-").FullName;
    private readonly BunitAuthorizationContext _authorization;

    protected PageTest()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Studio:DataPath", _dataPath)]).Build();
        Services.AddSingleton<IConfiguration>(configuration);
        Services.AddStages(configuration);
        Services.AddMudServices();
        Services.AddScoped<UserActions>();
        Services.AddScoped<CurrentUser>();
        Services.AddScoped<RecheckOffer>();
        _authorization = AddAuthorization();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    /// <summary>Who looks at the pages.</summary>
    protected Guid UserId { get; private set; }

    public async ValueTask InitializeAsync() =>
        await Services.GetRequiredService<DatabaseStartup>().MigrateAsync(TestContext.Current.CancellationToken);

    /// <summary>Signs a new person of this role in; call it before the first render.</summary>
    protected async Task<Guid> SignInAsync(StudioRole role)
    {
        UserId = await AddPersonAsync(role);
        _authorization
            .SetAuthorized(role.ToString())
            .SetClaims(
                new Claim(ClaimTypes.NameIdentifier, UserId.ToString()),
                new Claim(StudioClaims.DisplayName, $"The {role}"),
                new Claim(StudioClaims.Role, role.ToString()));
        return UserId;
    }

    protected async Task<Guid> AddPersonAsync(StudioRole role)
    {
        var id = Guid.CreateVersion7();
        var email = $"{id:N}@example.org";
        await Services.GetRequiredService<StudioWriter>().WriteAsync(
            (database, _) => Task.FromResult(database.Users.Add(new StudioUser
            {
                Id = id,
                UserName = email,
                NormalizedUserName = email.ToUpperInvariant(),
                Email = email,
                NormalizedEmail = email.ToUpperInvariant(),
                DisplayName = $"The {role}",
                SecurityStamp = id.ToString("N"),
                Role = role,
            })),
            TestContext.Current.CancellationToken);
        return id;
    }

    protected async Task<ProjectContext> AddProjectAsync(string name)
    {
        var catalog = Services.GetRequiredService<ProjectCatalog>();
        var owner = await AddPersonAsync(StudioRole.Administrator);
        var id = await catalog.CreateAsync(owner, new NewProject(name), TestContext.Current.CancellationToken);
        return new ProjectContext(await catalog.GetAsync(UserId, id, TestContext.Current.CancellationToken), () => Task.CompletedTask);
    }

    /// <summary>An unlabelled image without a file of its own.</summary>
    protected async Task<long> AddImageAsync(Guid projectId, string fileName)
    {
        var batch = new ImportBatch { Id = Guid.CreateVersion7(), ProjectId = projectId, CreatedUtc = DateTime.UnixEpoch, CreatedBy = UserId, Name = "drop" };
        var image = new ImageRecord
        {
            ProjectId = projectId,
            ImportBatchId = batch.Id,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fileName))),
            FileName = fileName,
            Extension = ".png",
            MediaType = "image/png",
            WidthPx = 8,
            HeightPx = 8,
            ByteCount = 100,
            Split = Split.Train,
            UploadedUtc = DateTime.UnixEpoch,
            UploadedBy = UserId,
        };
        await Services.GetRequiredService<StudioWriter>().WriteAsync(
            (db, _) =>
            {
                db.ImportBatches.Add(batch);
                return Task.FromResult(db.Images.Add(image));
            },
            TestContext.Current.CancellationToken);
        return image.Id;
    }

    /// <summary>A dataset version by its counts, without a manifest.</summary>
    protected async Task<Guid> AddDatasetVersionAsync(Guid projectId, int trainCount, int testCount)
    {
        var version = new DatasetSnapshot
        {
            Id = Guid.CreateVersion7(),
            ProjectId = projectId,
            CreatedUtc = DateTime.UnixEpoch.AddDays(1),
            OntologyVersion = 1,
            TrainCount = trainCount,
            ValidationCount = 0,
            TestCount = testCount,
            ManifestSha256 = "",
        };
        await Services.GetRequiredService<StudioWriter>().WriteAsync(
            (db, _) => Task.FromResult(db.DatasetSnapshots.Add(version)), TestContext.Current.CancellationToken);
        return version.Id;
    }

    /// <summary>Training runs by their names, oldest first, on a dataset version without a manifest.</summary>
    protected async Task<IReadOnlyList<Guid>> AddRunsAsync(Guid projectId, RunState state, IEnumerable<string> names)
    {
        var versionId = await AddDatasetVersionAsync(projectId, trainCount: 1, testCount: 1);
        var runs = names.Select((name, index) => new TrainingRun
        {
            Id = Guid.CreateVersion7(),
            ProjectId = projectId,
            Name = name,
            State = state,
            Layers = TrainedLayers.HeadOnly,
            Epochs = 6,
            PlanJson = TrainingPlan.Quick.ToJson(),
            ClassesJson = "[]",
            DatasetSnapshotId = versionId,
            CreatedBy = UserId,
            CreatedUtc = new DateTime(2026, 5, 1, 8, 0, 0, DateTimeKind.Utc).AddMinutes(index),
        }).ToList();
        await Services.GetRequiredService<StudioWriter>().WriteAsync(
            (db, _) =>
            {
                db.TrainingRuns.AddRange(runs);
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        return runs.ConvertAll(run => run.Id);
    }

    /// <summary>Menus, selects, dialogs and messages are drawn by these, not by the component that opens them.</summary>
    protected void RenderProviders()
    {
        Render<MudPopoverProvider>();
        Render<MudDialogProvider>();
        Render<MudSnackbarProvider>();
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_dataPath, recursive: true);
    }
}
