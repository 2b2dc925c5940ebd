using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>A project with two classes, some images, and a clock that stands still.</summary>
internal sealed class LabellingFixture : IAsyncDisposable
{
    private LabellingFixture(TemporaryStudio studio, FakeTimeProvider clock) => (Studio, Clock) = (studio, clock);

    public TemporaryStudio Studio { get; }

    public FakeTimeProvider Clock { get; }

    public Guid UserId { get; private set; }

    public Guid ProjectId { get; private set; }

    public Guid Owl { get; private set; }

    public Guid Robin { get; private set; }

    public long[] Images { get; private set; } = [];

    public ImageLabeller Labeller => Studio.Get<ImageLabeller>();

    public LabellingQueue Queue => Studio.Get<LabellingQueue>();

    public ClassCatalog Classes => Studio.Get<ClassCatalog>();

    public static async Task<LabellingFixture> StartAsync(int imageCount = 5)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var studio = await TemporaryStudio.StartAsync(services => services.AddSingleton<TimeProvider>(clock));
        var fixture = new LabellingFixture(studio, clock) { UserId = await studio.AddUserAsync(StudioRole.Administrator, "Ada") };
        fixture.ProjectId = await studio.AddProjectAsync(fixture.UserId);
        fixture.Owl = await fixture.AddClassAsync("Owl");
        fixture.Robin = await fixture.AddClassAsync("Robin");
        fixture.Images = await studio.AddImageRowsAsync(fixture.UserId, fixture.ProjectId, imageCount);
        return fixture;
    }

    public async Task<Guid> AddClassAsync(string name) =>
        (await Classes.CreateAsync(UserId, ProjectId, new NewClass(name), CancellationToken.None)).Id;

    public Task<DecisionResult> LabelAsync(long imageId, Guid classId, int? expectedVersion = null, Guid? userId = null) =>
        DecideAsync(new Decision(Guid.NewGuid(), imageId, AnnotationKind.Label, classId, expectedVersion), userId);

    public Task<DecisionResult> DecideAsync(long imageId, AnnotationKind kind, Guid? userId = null) =>
        DecideAsync(new Decision(Guid.NewGuid(), imageId, kind), userId);

    public async Task<DecisionResult> DecideAsync(Decision decision, Guid? userId = null) =>
        (await Labeller.DecideAsync(userId ?? UserId, ProjectId, [decision], CancellationToken.None))[0];

    public Task<UndoResult?> UndoAsync() => Labeller.UndoAsync(UserId, ProjectId, CancellationToken.None);

    public Task<UndoResult?> RedoAsync() => Labeller.RedoAsync(UserId, ProjectId, CancellationToken.None);

    public Task<IReadOnlyList<LabellingTask>> TakeAsync(
        Guid userId, int count, QueueOrder order = QueueOrder.Oldest, IReadOnlyCollection<long>? held = null) =>
        Queue.TakeAsync(userId, ProjectId, order, count, held ?? [], [], CancellationToken.None);

    public async Task<ImageRecord> ImageAsync(long imageId)
    {
        await using var db = Studio.OpenDatabase();
        return await db.Images.AsNoTracking().SingleAsync(image => image.Id == imageId);
    }

    public async Task<List<Annotation>> AnnotationsAsync()
    {
        await using var db = Studio.OpenDatabase();
        return await db.Annotations.AsNoTracking().OrderBy(annotation => annotation.Id).ToListAsync();
    }

    public ValueTask DisposeAsync() => Studio.DisposeAsync();
}
