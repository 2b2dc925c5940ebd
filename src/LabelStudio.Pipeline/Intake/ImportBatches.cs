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
    public Task<ImportResult> StoreAsync(
        Guid userId, ImportBatch batch, string fileName, InspectedUpload upload, ImportLabel? label, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            async (db, token) =>
            {
                var known = await db.Images.FirstOrDefaultAsync(
                    image => image.ProjectId == batch.ProjectId && image.Sha256 == upload.Blob.Sha256, token);
                return known is null
                    ? await AddAsync(db, userId, batch, fileName, upload, label, token)
                    : await MeetDuplicateAsync(db, userId, batch, fileName, known, label, token);
            },
            cancellationToken);

    private async Task<ImportResult> AddAsync(
        StudioDbContext db,
        Guid userId,
        ImportBatch batch,
        string fileName,
        InspectedUpload upload,
        ImportLabel? label,
        CancellationToken cancellationToken)
    {
        var project = await db.Projects.FindAsync([batch.ProjectId], cancellationToken) ?? throw ProjectCatalog.Missing();
        var image = NewImage(userId, batch, fileName, upload, project);
        db.Images.Add(image);
        await CountAsync(db, batch.Id, added: true, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        var reason = label is null ? null : await labelling(db, image, label, userId, cancellationToken);
        blobs.Keep(upload.Blob, image.Extension);
        return new ImportResult(fileName, ImportOutcome.Added, image.Id, reason);
    }

    private async Task<ImportResult> MeetDuplicateAsync(
        StudioDbContext db,
        Guid userId,
        ImportBatch batch,
        string fileName,
        ImageRecord known,
        ImportLabel? label,
        CancellationToken cancellationToken)
    {
        await CountAsync(db, batch.Id, added: false, cancellationToken);
        var reason = label is null ? null : await labelling(db, known, label, userId, cancellationToken);
        var same = $"The project has this picture already, as '{known.FileName}'.";
        return new ImportResult(fileName, ImportOutcome.Duplicate, known.Id, reason is null ? same : $"{same} {reason}");
    }

    private static Task<int> CountAsync(StudioDbContext db, Guid batchId, bool added, CancellationToken cancellationToken) =>
        db.ImportBatches.Where(item => item.Id == batchId).ExecuteUpdateAsync(
            set => set
                .SetProperty(item => item.AddedCount, item => item.AddedCount + (added ? 1 : 0))
                .SetProperty(item => item.DuplicateCount, item => item.DuplicateCount + (added ? 0 : 1)),
            cancellationToken);

    private ImageRecord NewImage(Guid userId, ImportBatch batch, string fileName, InspectedUpload upload, Project project) => new()
    {
        ProjectId = batch.ProjectId,
        Sha256 = upload.Blob.Sha256,
        FileName = fileName,
        Extension = upload.Inspection.Extension,
        MediaType = upload.Inspection.MediaType,
        WidthPx = upload.Inspection.WidthPx,
        HeightPx = upload.Inspection.HeightPx,
        ByteCount = upload.Blob.ByteCount,
        Split = SplitRule.SplitOf(upload.Blob.Sha256, project.TrainPercent, project.ValidationPercent, project.TestPercent),
        ImportBatchId = batch.Id,
        UploadedUtc = clock.GetUtcNow().UtcDateTime,
        UploadedBy = userId,
    };
}
