using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Tests.Intake;

/// <summary>A project with an open upload.</summary>
internal sealed class IntakeFixture : IAsyncDisposable
{
    private IntakeFixture(TemporaryStudio studio, Guid userId, Guid projectId, Guid batchId)
    {
        (Studio, UserId, ProjectId, BatchId) = (studio, userId, projectId, batchId);
    }

    public TemporaryStudio Studio { get; }

    public Guid UserId { get; }

    public Guid ProjectId { get; }

    public Guid BatchId { get; }

    public ImageIntake Intake => Studio.Get<ImageIntake>();

    public ImageLibrary Library => Studio.Get<ImageLibrary>();

    public static async Task<IntakeFixture> StartAsync(bool useFolderNames = false)
    {
        var studio = await TemporaryStudio.StartAsync();
        var userId = await studio.AddUserAsync();
        var projectId = await studio.AddProjectAsync(userId);
        var batchId = await studio.Get<ImageIntake>().StartBatchAsync(
            userId, projectId, "upload", useFolderNames, CancellationToken.None);
        return new IntakeFixture(studio, userId, projectId, batchId);
    }

    public Task<ImportResult> AddAsync(string name, byte[] content, Guid? classId = null) =>
        Intake.AddAsync(UserId, ProjectId, BatchId, name, new MemoryStream(content), classId, CancellationToken.None);

    public async Task<Guid> AddClassAsync(string name) =>
        (await Studio.Get<ClassCatalog>().CreateAsync(UserId, ProjectId, new NewClass(name), CancellationToken.None)).Id;

    public ValueTask DisposeAsync() => Studio.DisposeAsync();
}
