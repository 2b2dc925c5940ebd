using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Tests.Hosting;

/// <summary>A data folder with a database of its own, an administrator, and one project; rows are written directly.</summary>
internal sealed class ModelStudio : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("studio-model-").FullName;
    private readonly Guid _batchId = Guid.CreateVersion7();
    private long _decision;

    private ModelStudio(ServiceProvider services) => Services = services;

    public ServiceProvider Services { get; private set; }

    public Guid UserId { get; } = Guid.CreateVersion7();

    public Guid ProjectId { get; } = Guid.CreateVersion7();

    public StudioPaths Paths => Get<StudioPaths>();

    public static async Task<ModelStudio> CreateAsync(Action<IServiceCollection>? configure = null)
    {
        var studio = new ModelStudio(new ServiceCollection().BuildServiceProvider());
        studio.Services = studio.Build(configure);
        await using var db = studio.Open();
        await db.Database.EnsureCreatedAsync();
        db.Users.Add(new StudioUser { Id = studio.UserId, UserName = "lead", DisplayName = "Lead", Role = StudioRole.Administrator, CreatedUtc = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) });
        db.Projects.Add(new Project { Id = studio.ProjectId, Name = "Shoes", CreatedUtc = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), CreatedBy = studio.UserId });
        db.ImportBatches.Add(new ImportBatch { Id = studio._batchId, ProjectId = studio.ProjectId, CreatedUtc = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), CreatedBy = studio.UserId, Name = "Test" });
        await db.SaveChangesAsync();
        return studio;
    }

    /// <summary>Everything in memory is gone, the data folder stays: a restart of the program.</summary>
    public async Task RestartAsync(Action<IServiceCollection>? configure = null)
    {
        await Services.DisposeAsync();
        Services = Build(configure);
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public StudioDbContext Open() => Get<IDbContextFactory<StudioDbContext>>().CreateDbContext();

    public async Task<Guid> AddClassAsync(string name)
    {
        await using var db = Open();
        var item = new ClassDefinition
        {
            Id = Guid.CreateVersion7(),
            ProjectId = ProjectId,
            Name = name,
            NormalizedName = name.ToUpperInvariant(),
            Colour = "#336699",
            Position = await db.Classes.CountAsync(),
            CreatedUtc = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            SinceOntologyVersion = 1,
        };
        db.Classes.Add(item);
        await db.SaveChangesAsync();
        return item.Id;
    }

    public async Task<ImageRecord[]> AddImagesAsync(int count, Split split = Split.Train, Guid? projectId = null)
    {
        await using var db = Open();
        var images = Enumerable.Range(0, count).Select(_ => NewImage(split, projectId ?? ProjectId)).ToArray();
        db.Images.AddRange(images);
        await db.SaveChangesAsync();
        Get<ChangeSignals>().Publish(projectId ?? ProjectId, ChangeTopic.Images);
        return images;
    }

    /// <summary>Writes labels as the labeller does (row and annotation together), then signals.</summary>
    public async Task LabelAsync(params (long ImageId, Guid? ClassId)[] labels)
    {
        await using var db = Open();
        foreach (var (imageId, classId) in labels)
        {
            var image = await db.Images.SingleAsync(item => item.Id == imageId);
            var decision = Guid.CreateVersion7();
            db.Annotations.Add(new Annotation
            {
                ProjectId = image.ProjectId,
                ImageId = imageId,
                DecisionId = decision,
                ActionId = decision,
                Kind = classId is null ? AnnotationKind.Clear : AnnotationKind.Label,
                ClassId = classId,
                PreviousClassId = image.LabelClassId,
                PreviousState = image.State,
                UserId = UserId,
                CreatedUtc = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(Interlocked.Increment(ref _decision)),
                Origin = AnnotationOrigin.Manual,
                OntologyVersion = 1,
                LabelVersion = image.LabelVersion + 1,
            });
            image.LabelVersion++;
            image.LabelClassId = classId;
            image.State = classId is null ? ImageState.Unlabelled : ImageState.Labelled;
        }
        await db.SaveChangesAsync();
        Get<ChangeSignals>().Publish(ProjectId, ChangeTopic.Labels);
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private ImageRecord NewImage(Split split, Guid projectId)
    {
        var name = Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);
        return new ImageRecord
        {
            ProjectId = projectId,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(name))),
            FileName = name + ".png",
            Extension = ".png",
            MediaType = "image/png",
            WidthPx = 8,
            HeightPx = 8,
            ByteCount = 100,
            Split = split,
            ImportBatchId = _batchId,
            UploadedUtc = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            UploadedBy = Guid.Empty,
        };
    }

    private ServiceProvider Build(Action<IServiceCollection>? configure)
    {
        var settings = new Dictionary<string, string?> { [$"{StudioOptions.Section}:{nameof(StudioOptions.DataPath)}"] = _folder };
        var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(new TestLog()))
            .AddStorage(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddProjects()
            .AddIntake()
            .AddLabelling()
            .AddDatasets()
            .AddFeatures()
            .AddServing();
        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }
}
