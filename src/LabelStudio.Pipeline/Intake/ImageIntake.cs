using LabelStudio.Learning.Imaging;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Intake;

/// <summary>Takes images in: nothing a client says of a file is trusted, and one bad file never stops the others.</summary>
public sealed class ImageIntake(ImportBatches batches, UploadInspector inspector, ProjectAccess access, ChangeSignals signals)
{
    public Task<Guid> StartBatchAsync(Guid userId, Guid projectId, string name, CancellationToken cancellationToken) =>
        StartBatchAsync(userId, projectId, name, useFolderNames: false, cancellationToken);

    /// <param name="useFolderNames">The folder each file lies in, by its relative path, names its class, made when it is missing.</param>
    public async Task<Guid> StartBatchAsync(
        Guid userId, Guid projectId, string name, bool useFolderNames, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Upload, cancellationToken);
        return await batches.StartAsync(userId, projectId, name, useFolderNames, cancellationToken);
    }

    /// <param name="fileName">The client's name or relative path; used as a name only.</param>
    /// <param name="classId">The class the image is labelled with at once; null: none.</param>
    public Task<ImportResult> AddAsync(
        Guid userId, Guid projectId, Guid batchId, string fileName, Stream content, Guid? classId, CancellationToken cancellationToken) =>
        AddAsync(userId, projectId, batchId, fileName, content, classId, SplitFolders.None, cancellationToken);

    /// <param name="splits">The folders of the whole upload that say which split the images in them belong to.</param>
    /// <inheritdoc cref="AddAsync(Guid, Guid, Guid, string, Stream, Guid?, CancellationToken)"/>
    public async Task<ImportResult> AddAsync(
        Guid userId,
        Guid projectId,
        Guid batchId,
        string fileName,
        Stream content,
        Guid? classId,
        SplitFolders splits,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentNullException.ThrowIfNull(splits);
        await access.DemandAsync(userId, projectId, StudioRight.Upload, cancellationToken);
        var batch = await batches.GetAsync(projectId, batchId, cancellationToken);
        var details = ImportDetails.Of(LabelOf(batch, fileName, classId), fileName) with { Splits = splits.Of(fileName) };
        return await AddAsync(userId, batch, fileName, content, details, cancellationToken);
    }

    /// <summary>For other ways in, which have demanded the right and found the label already.</summary>
    internal async Task<ImportResult> AddAsync(
        Guid userId, ImportBatch batch, string fileName, Stream content, ImportDetails details, CancellationToken cancellationToken)
    {
        var result = await TakeInAsync(userId, batch, fileName, content, details, cancellationToken);
        if (result.Outcome != ImportOutcome.Refused)
        {
            signals.Publish(batch.ProjectId, ChangesOf(details.Label));
        }

        return result;
    }

    public async Task<IReadOnlyList<ImportBatchInfo>> BatchesAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        return await batches.ListAsync(projectId, cancellationToken);
    }

    private async Task<ImportResult> TakeInAsync(
        Guid userId, ImportBatch batch, string path, Stream content, ImportDetails details, CancellationToken cancellationToken)
    {
        var fileName = UploadName.FileNameOf(path);
        try
        {
            using var upload = await inspector.InspectAsync(content, cancellationToken);
            return await batches.StoreAsync(userId, batch, fileName, upload, details, cancellationToken);
        }
        catch (Exception error) when (error is ImageRefusedException or InvalidRequestException)
        {
            await batches.CountRefusedAsync(batch.Id, cancellationToken);
            return new ImportResult(fileName, ImportOutcome.Refused, null, error.Message);
        }
    }

    /// <summary>The class that was chosen, else the one its folder names where the upload asks for that.</summary>
    internal static ImportLabel? LabelOf(ImportBatch batch, string path, Guid? classId) =>
        classId is { } chosen ? ImportLabel.Of(chosen)
        : batch.UseFolderNames && UploadName.FolderOf(path) is { } folder ? ImportLabel.Named(folder)
        : null;

    private static ChangeTopic ChangesOf(ImportLabel? label) => label switch
    {
        null => ChangeTopic.Images,
        { ClassIds.Count: 1 } => ChangeTopic.Images | ChangeTopic.Labels,
        _ => ChangeTopic.Images | ChangeTopic.Labels | ChangeTopic.Classes,
    };
}
