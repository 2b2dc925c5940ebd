using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

public sealed partial class ClassCatalog
{
    /// <summary>Images held in memory at a time while a class is merged.</summary>
    private const int MergeStep = 2000;

    /// <summary>Relabels all images of one class to the other and archives it; gives the number of images.</summary>
    public async Task<int> MergeAsync(Guid userId, Guid projectId, Guid fromId, Guid intoId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        if (fromId == intoId)
        {
            throw new InvalidRequestException("A class cannot be merged into itself. Choose another one.");
        }

        var count = await writer.WriteAsync(
            async (db, token) =>
            {
                var all = await AllAsync(db, projectId, token);
                var (from, into) = (Of(all, fromId), Of(all, intoId));
                if (from.MergedIntoId is not null || into.IsArchived)
                {
                    throw new InvalidRequestException(into.IsArchived
                        ? $"The class '{into.Name}' is archived. Restore it first, or merge into another class."
                        : $"The class '{from.Name}' was merged already. Reload the page.");
                }

                from.IsArchived = true;
                from.MergedIntoId = intoId;
                from.MergeActionId = Guid.CreateVersion7(clock.GetUtcNow());
                var ontologyVersion = await RaiseOntologyVersionAsync(db, projectId, token);
                await db.SaveChangesAsync(token);
                return await RelabelAsync(
                    db,
                    db.Images.Where(image => image.ProjectId == projectId && image.LabelClassId == fromId),
                    intoId,
                    new MergeAct(userId, from.MergeActionId.Value, null, ontologyVersion, clock.GetUtcNow()),
                    token);
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Classes | ChangeTopic.Labels);
        return count;
    }

    /// <summary>
    /// Undoes a merge: the class comes back with those of its images that nobody has decided upon since; gives their number.
    /// </summary>
    public async Task<int> UnmergeAsync(Guid userId, Guid projectId, Guid classId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        var count = await writer.WriteAsync(
            async (db, token) =>
            {
                var all = await AllAsync(db, projectId, token);
                var item = Of(all, classId);
                if (item.MergeActionId is not { } merge)
                {
                    throw new InvalidRequestException($"The class '{item.Name}' was not merged. Reload the page.");
                }

                item.MergedIntoId = null;
                item.MergeActionId = null;
                item.IsArchived = false;
                item.Position = all.Count(other => !other.IsArchived);
                item.Hotkey = all.Any(other => other != item && !other.IsArchived && other.Hotkey == item.Hotkey) ? null : item.Hotkey;
                var ontologyVersion = await RaiseOntologyVersionAsync(db, projectId, token);
                await db.SaveChangesAsync(token);
                return await RelabelAsync(
                    db,
                    from annotation in db.Annotations
                    where annotation.ActionId == merge
                    join image in db.Images on annotation.ImageId equals image.Id
                    where image.LabelVersion == annotation.LabelVersion
                    select image,
                    classId,
                    new MergeAct(userId, Guid.CreateVersion7(clock.GetUtcNow()), merge, ontologyVersion, clock.GetUtcNow()),
                    token);
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Classes | ChangeTopic.Labels);
        return count;
    }

    private static async Task<int> RelabelAsync(
        StudioDbContext db,
        IQueryable<ImageRecord> images,
        Guid classId,
        MergeAct act,
        CancellationToken cancellationToken)
    {
        var ids = await images.Select(image => image.Id).ToListAsync(cancellationToken);
        foreach (var step in ids.Chunk(MergeStep))
        {
            foreach (var image in await db.Images.Where(image => EF.Parameter(step).Contains(image.Id)).ToListAsync(cancellationToken))
            {
                var (previousState, previousClass) = (image.State, image.LabelClassId);
                var labelledAt = image.LabelOntologyVersion;
                image.GiveLabel(classId, image.LabelledBy ?? act.UserId, image.LabelledUtc ?? act.Now.UtcDateTime, labelledAt);
                db.Annotations.Add(new Annotation
                {
                    ProjectId = image.ProjectId,
                    ImageId = image.Id,
                    DecisionId = Guid.CreateVersion7(act.Now),
                    ActionId = act.ActionId,
                    StartsAction = false,
                    RevertsActionId = act.RevertsActionId,
                    Kind = AnnotationKind.Label,
                    ClassId = image.LabelClassId,
                    PreviousClassId = previousClass,
                    PreviousState = previousState,
                    UserId = act.UserId,
                    CreatedUtc = act.Now.UtcDateTime,
                    Origin = AnnotationOrigin.Merge,
                    OntologyVersion = act.OntologyVersion,
                    LabelVersion = image.LabelVersion,
                });
            }

            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }

        return ids.Count;
    }

    /// <summary>Who merges what when: the same for all images of one merge.</summary>
    private sealed record MergeAct(Guid UserId, Guid ActionId, Guid? RevertsActionId, int OntologyVersion, DateTimeOffset Now);
}
