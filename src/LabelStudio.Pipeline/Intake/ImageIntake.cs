namespace LabelStudio.Pipeline.Intake;

/// <summary>Takes images in: nothing a client says of a file is trusted, and one bad file never stops the others.</summary>
public sealed class ImageIntake
{
    public Task<Guid> StartBatchAsync(Guid userId, Guid projectId, string name, CancellationToken cancellationToken) =>
        StartBatchAsync(userId, projectId, name, useFolderNames: false, cancellationToken);

    /// <param name="useFolderNames">The first folder of each file's relative path names its class, made when it is missing.</param>
    public Task<Guid> StartBatchAsync(
        Guid userId, Guid projectId, string name, bool useFolderNames, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <param name="fileName">The client's name or relative path; used as a name only.</param>
    /// <param name="classId">The class the image is labelled with at once; null: none.</param>
    public Task<ImportResult> AddAsync(
        Guid userId,
        Guid projectId,
        Guid batchId,
        string fileName,
        Stream content,
        Guid? classId,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<IReadOnlyList<ImportBatchInfo>> BatchesAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
