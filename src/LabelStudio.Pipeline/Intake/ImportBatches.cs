using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Intake;

/// <summary>The rows of what comes in, each written in the one transaction that also keeps the file.</summary>
public sealed class ImportBatches(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, BlobStore blobs, ImportLabelling labelling, TimeProvider clock)
{
    public async Task<Guid> StartAsync(Guid userId, Guid projectId, string name, bool useFolderNames, CancellationToken cancellationToken)
    {
        var batch = new ImportBatch
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            ProjectId = projectId,
            CreatedUtc = clock.GetUtcNow().UtcDateTime,
            CreatedBy = userId,
            Name = string.IsNullOrWhiteSpace(name) ? "Upload" : name.Trim()[..Math.Min(name.Trim().Length, 200)],
            UseFolderNames = useFolderNames,
        };
        await writer.WriteAsync(
            async (db, token) =>
            {
                if (!await db.Projects.AnyAsync(project => project.Id == projectId, token))
                {
                    throw ProjectCatalog.Missing();
                }

                db.ImportBatches.Add(batch);
            },
            cancellationToken);
        return batch.Id;
    }

    public async Task<ImportBatch> GetAsync(Guid projectId, Guid batchId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ImportBatches.AsNoTracking()
            .FirstOrDefaultAsync(batch => batch.Id == batchId && batch.ProjectId == projectId, cancellationToken)
            ?? throw new NotFoundException("This upload does not exist in the project. Start the upload again.");
    }

    public async Task<IReadOnlyList<ImportBatchInfo>> ListAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ImportBatches.AsNoTracking()
            .Where(batch => batch.ProjectId == projectId)
            .OrderByDescending(batch => batch.CreatedUtc)
            .Take(500)
            .Select(batch => new ImportBatchInfo(
                batch.Id, batch.Name, batch.CreatedUtc, batch.CreatedBy, batch.AddedCount, batch.DuplicateCount, batch.RefusedCount))
            .ToListAsync(cancellationToken);
    }

    public Task CountRefusedAsync(Guid batchId, CancellationToken cancellationToken) => writer.WriteAsync(
        (db, token) => db.ImportBatches.Where(batch => batch.Id == batchId)
            .ExecuteUpdateAsync(set => set.SetProperty(batch => batch.RefusedCount, batch => batch.RefusedCount + 1), token),
        cancellationToken);

    /// <summary>Stores a picture, unless the project has it.</summary>
    internal async Task<ImportResult> StoreAsync(
        Guid userId, ImportBatch batch, string fileName, InspectedUpload upload, ImportDetails details, CancellationToken cancellationToken)
    {
        var sha256 = await OriginalOfAsync(batch.ProjectId, upload.Blob.Sha256, details.OriginalSha256, cancellationToken) ?? upload.Blob.Sha256;
        return await writer.WriteAsync(
            async (db, token) =>
            {
                var known = await db.Images.FirstOrDefaultAsync(image => image.ProjectId == batch.ProjectId && image.Sha256 == sha256, token);
                return known is null
                    ? await AddAsync(db, userId, batch, fileName, upload, details, token)
                    : await MeetDuplicateAsync(db, userId, batch, fileName, known, details, token);
            },
            cancellationToken);
    }

    /// <summary>
    /// The hash of the project's image that this file is an export of: an export leaves out where a picture was taken, so the
    /// bytes differ. What a table says is not believed but tried. Null: it is none.
    /// </summary>
    private async Task<string?> OriginalOfAsync(Guid projectId, string sha256, string? original, CancellationToken cancellationToken)
    {
        if (original is null || original == sha256)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var extension = await db.Images.Where(image => image.ProjectId == projectId && image.Sha256 == original).Select(image => image.Extension).FirstOrDefaultAsync(cancellationToken);
        return extension is not null && blobs.PathOf(original, extension) is var path && File.Exists(path)
            && await OriginalFiles.IsExportOfAsync(sha256, path, cancellationToken) ? original : null;
    }

    private async Task<ImportResult> AddAsync(
        StudioDbContext db,
        Guid userId,
        ImportBatch batch,
        string fileName,
        InspectedUpload upload,
        ImportDetails details,
        CancellationToken cancellationToken)
    {
        var project = await db.Projects.FindAsync([batch.ProjectId], cancellationToken) ?? throw ProjectCatalog.Missing();
        var image = NewImage(userId, batch, fileName, upload, SplitOf(upload, details, project));
        db.Images.Add(image);
        await CountAsync(db, batch.Id, added: true, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        MetadataWriting.Add(db, image, MetadataOf(upload, details));
        var reason = details.Label is { } label ? await labelling(db, image, label, userId, cancellationToken) : null;
        blobs.Keep(upload.Blob, image.Extension);
        return new ImportResult(fileName, ImportOutcome.Added, image.Id, reason);
    }

    private async Task<ImportResult> MeetDuplicateAsync(
        StudioDbContext db,
        Guid userId,
        ImportBatch batch,
        string fileName,
        ImageRecord known,
        ImportDetails details,
        CancellationToken cancellationToken)
    {
        await CountAsync(db, batch.Id, added: false, cancellationToken);
        await MetadataWriting.SetAsync(db, batch.ProjectId, known.Id, details.Given.ToDictionary(item => item.Key, string? (item) => item.Value), cancellationToken);
        var reason = details.Label is { } label ? await labelling(db, known, label, userId, cancellationToken) : null;
        var same = $"The project has this picture already, as '{known.FileName}'.";
        return new ImportResult(fileName, ImportOutcome.Duplicate, known.Id, reason is null ? same : $"{same} {reason}");
    }

    /// <summary>What a table says counts more than what the file and its way here tell.</summary>
    private static Dictionary<string, string> MetadataOf(InspectedUpload upload, ImportDetails details)
    {
        var values = new Dictionary<string, string>(upload.Inspection.Facts, StringComparer.Ordinal);
        if (details.Folder is { } folder)
        {
            values[MetadataRules.FolderKey] = folder;
        }

        foreach (var (key, value) in details.Given)
        {
            values[key] = value;
        }

        return values;
    }

    private static Task<int> CountAsync(StudioDbContext db, Guid batchId, bool added, CancellationToken cancellationToken) =>
        db.ImportBatches.Where(item => item.Id == batchId).ExecuteUpdateAsync(
            set => set
                .SetProperty(item => item.AddedCount, item => item.AddedCount + (added ? 1 : 0))
                .SetProperty(item => item.DuplicateCount, item => item.DuplicateCount + (added ? 0 : 1)),
            cancellationToken);

    private static Split SplitOf(InspectedUpload upload, ImportDetails details, Project project)
    {
        return details.Splits is [var only] ? only : SplitRule.SplitOf(
            upload.Blob.Sha256, Percent(Split.Train, project.TrainPercent), Percent(Split.Validation, project.ValidationPercent), Percent(Split.Test, project.TestPercent));

        int Percent(Split split, int percent) => details.Splits.Count == 0 || details.Splits.Contains(split) ? percent : 0;
    }

    private ImageRecord NewImage(Guid userId, ImportBatch batch, string fileName, InspectedUpload upload, Split split) => new()
    {
        ProjectId = batch.ProjectId,
        Sha256 = upload.Blob.Sha256,
        FileName = fileName,
        Extension = upload.Inspection.Extension,
        MediaType = upload.Inspection.MediaType,
        WidthPx = upload.Inspection.WidthPx,
        HeightPx = upload.Inspection.HeightPx,
        ByteCount = upload.Blob.ByteCount,
        Split = split,
        ImportBatchId = batch.Id,
        UploadedUtc = clock.GetUtcNow().UtcDateTime,
        UploadedBy = userId,
    };
}
