using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Tests.Hosting;

/// <summary>A studio with all stages, an administrator and one project; image and label rows are written directly.</summary>
internal sealed class ModelStudio : IAsyncDisposable
{
    private readonly TemporaryStudio _studio;
    private readonly Guid _batchId = Guid.CreateVersion7();
    private long _decision;

    private ModelStudio(TemporaryStudio studio) => _studio = studio;

    public Guid UserId { get; private set; }

    public Guid ProjectId { get; private set; }

    public StudioPaths Paths => Get<StudioPaths>();

    public static async Task<ModelStudio> CreateAsync(Action<IServiceCollection>? configure = null)
    {
        var studio = new ModelStudio(await TemporaryStudio.StartAsync(services => Configure(services, configure)));
        studio.UserId = await studio._studio.AddUserAsync();
        studio.ProjectId = await studio._studio.AddProjectAsync(studio.UserId);
        await studio.Get<StudioWriter>().WriteAsync(
            (db, _) => Task.FromResult(db.ImportBatches.Add(new ImportBatch
            {
                Id = studio._batchId,
                ProjectId = studio.ProjectId,
                CreatedUtc = DateTime.UnixEpoch,
                CreatedBy = studio.UserId,
                Name = "test",
            })),
            TestContext.Current.CancellationToken);
        return studio;
    }

    /// <summary>Everything in memory is gone, the data folder stays: a restart of the program.</summary>
    public Task RestartAsync() => _studio.RestartAsync();

    public T Get<T>()
        where T : notnull => _studio.Get<T>();

    public StudioDbContext Open() => _studio.OpenDatabase();

    public Task<Guid> AddUserAsync(StudioRole role) => _studio.AddUserAsync(role);

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

    public async Task<ImageRecord[]> AddImagesAsync(int count, Split split = Split.Train)
    {
        await using var db = Open();
        var images = Enumerable.Range(0, count).Select(_ => NewImage(split)).ToArray();
        db.Images.AddRange(images);
        await db.SaveChangesAsync();
        Get<ChangeSignals>().Publish(ProjectId, ChangeTopic.Images);
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

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    private ImageRecord NewImage(Split split)
    {
        var name = Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);
        return new ImageRecord
        {
            ProjectId = ProjectId,
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
            UploadedBy = UserId,
        };
    }

    private static void Configure(IServiceCollection services, Action<IServiceCollection>? configure)
    {
        services.RemoveAll<ILoggerFactory>().AddLogging(logging => logging.AddProvider(new TestLog()));
        configure?.Invoke(services);
        services.AddFeatures().AddTraining().AddEvaluation().AddPromotion().AddServing();
    }
}
