using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Brings images back from the trash, with their labels, history and all else that hung on them.</summary>
public sealed class TrashRestore(StudioWriter writer, ProjectAccess access, ChangeSignals signals, TimeProvider clock)
{
    private const int ImagesAtATime = 500;

    /// <summary>Needs the right to manage the project.</summary>
    /// <param name="imageIds">Those to restore; null: all of the project.</param>
    public async Task<RestoredImages> RestoreAsync(
        Guid userId, Guid projectId, IReadOnlyCollection<long>? imageIds, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        var (restored, kept, lastId) = (0, 0, 0L);
        while (true)
        {
            var after = lastId;
            var part = await writer.WriteAsync(
                (db, token) => RestoreSomeAsync(db, userId, Wanted(db, projectId, imageIds, after), token), cancellationToken);
            if (part is null)
            {
                break;
            }

            restored += part.Value.Restored;
            kept += part.Value.Kept;
            lastId = part.Value.LastId;
        }

        signals.Publish(projectId, ChangeTopic.Images | ChangeTopic.Labels);
        return new RestoredImages(restored, kept);
    }

    private static IQueryable<TrashedImage> Wanted(StudioDbContext db, Guid projectId, IReadOnlyCollection<long>? imageIds, long after)
    {
        var images = db.Set<TrashedImage>().Where(image => image.ProjectId == projectId && image.ImageId > after);
        return (imageIds is null ? images : images.Where(image => EF.Parameter(imageIds).Contains(image.ImageId)))
            .OrderBy(image => image.ImageId)
            .Take(ImagesAtATime);
    }

    private async Task<(int Restored, int Kept, long LastId)?> RestoreSomeAsync(
        StudioDbContext db, Guid userId, IQueryable<TrashedImage> wanted, CancellationToken cancellationToken)
    {
        var trashed = await wanted.ToListAsync(cancellationToken);
        if (trashed.Count == 0)
        {
            return null;
        }

        var projectId = trashed[0].ProjectId;
        string[] hashes = [.. trashed.Select(image => image.Sha256)];
        var present = await db.Images.Where(image => image.ProjectId == projectId && EF.Parameter(hashes).Contains(image.Sha256))
            .Select(image => image.Sha256)
            .ToHashSetAsync(cancellationToken);
        var ontologyVersion = await db.Projects.Where(project => project.Id == projectId)
            .Select(project => project.OntologyVersion)
            .FirstAsync(cancellationToken);

        // Two trashed images may hold the same picture, when it was uploaded and deleted again: the first one comes back.
        var ready = trashed.Where(image => present.Add(image.Sha256)).ToList();
        var actionId = Guid.CreateVersion7(clock.GetUtcNow());
        foreach (var image in ready)
        {
            db.Add(Restored(TrashedRows.Restore(db, image.Rows), userId, actionId, ontologyVersion));
            db.Remove(image);
        }

        return (ready.Count, trashed.Count - ready.Count, trashed[^1].ImageId);
    }

    /// <summary>Tells in the history that the image was away, and by its new id everybody who follows annotations that it is back.</summary>
    private Annotation Restored(ImageRecord image, Guid userId, Guid actionId, int ontologyVersion) => new()
    {
        ProjectId = image.ProjectId,
        ImageId = image.Id,
        DecisionId = Guid.CreateVersion7(clock.GetUtcNow()),
        ActionId = actionId,
        StartsAction = false,
        Kind = AnnotationKind.Restore,
        ClassId = image.LabelClassId,
        PreviousClassId = image.LabelClassId,
        PreviousState = image.State,
        UserId = userId,
        CreatedUtc = clock.GetUtcNow().UtcDateTime,
        Origin = AnnotationOrigin.Trash,
        OntologyVersion = ontologyVersion,
        LabelVersion = image.LabelVersion,
    };
}
