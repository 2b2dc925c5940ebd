using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Which images are hidden checks.</summary>
public sealed class KnownImages(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access, TimeProvider clock)
{
    /// <summary>Whether the image is one; only for those who may manage classes: annotators must not know.</summary>
    public async Task<bool> IsKnownAsync(Guid userId, Guid projectId, long imageId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<KnownImage>().AnyAsync(known => known.ImageId == imageId && known.ProjectId == projectId, cancellationToken);
    }

    /// <summary>All of a project, those that most people miss first: their label may be wrong. For those who may manage classes.</summary>
    public async Task<IReadOnlyList<KnownImageInfo>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var images = await (
            from known in db.Set<KnownImage>().AsNoTracking()
            where known.ProjectId == projectId
            join image in db.Images on known.ImageId equals image.Id
            where image.LabelClassId != null
            select new { image.Id, image.Sha256, image.FileName, ClassId = image.LabelClassId!.Value }).ToListAsync(cancellationToken);
        var rows = await db.Annotations.AsNoTracking()
            .Where(annotation => annotation.ProjectId == projectId && annotation.Kind == AnnotationKind.Vote
                && db.Set<KnownImage>().Any(known => known.ImageId == annotation.ImageId))
            .OrderBy(annotation => annotation.Id)
            .Select(annotation => new { annotation.ImageId, annotation.UserId, annotation.ClassId })
            .ToListAsync(cancellationToken);

        // The first answer counts, as in the figures of the people.
        var answers = rows.DistinctBy(row => (row.ImageId, row.UserId)).ToLookup(row => row.ImageId);
        return
        [
            .. images.Select(image => new KnownImageInfo(
                    image.Id, image.Sha256, image.FileName, image.ClassId, answers[image.Id].Count(), answers[image.Id].Count(answer => answer.ClassId == image.ClassId)))
                .OrderByDescending(known => known.Answers - known.Right)
                .ThenBy(known => known.ImageId),
        ];
    }

    /// <summary>Makes a labelled image a hidden check, its label being the right answer.</summary>
    public async Task AddAsync(Guid userId, Guid projectId, long imageId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await writer.WriteAsync(
            async (db, token) =>
            {
                var image = await db.Images.FirstOrDefaultAsync(item => item.Id == imageId && item.ProjectId == projectId, token);
                if (image is not { State: ImageState.Labelled })
                {
                    throw new InvalidRequestException("Only a labelled image can be a hidden check: its label is the right answer. Label it first.");
                }

                await db.Set<KnownImage>().Where(known => known.ImageId == imageId).ExecuteDeleteAsync(token);
                db.Add(new KnownImage
                {
                    ImageId = imageId,
                    ProjectId = projectId,
                    AddedBy = userId,
                    AddedUtc = clock.GetUtcNow().UtcDateTime,
                });
            },
            cancellationToken);
    }

    /// <summary>An image that turned out to be a bad check is an ordinary one again; answers about it count no more.</summary>
    public async Task RemoveAsync(Guid userId, Guid projectId, long imageId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await writer.WriteAsync(
            (db, token) => db.Set<KnownImage>().Where(known => known.ImageId == imageId && known.ProjectId == projectId).ExecuteDeleteAsync(token),
            cancellationToken);
    }
}
