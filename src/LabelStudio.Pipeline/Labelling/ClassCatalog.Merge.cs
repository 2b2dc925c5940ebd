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

                var now = clock.GetUtcNow();
                var ontologyVersion = await RaiseOntologyVersionAsync(db, projectId, token);
                var act = new MergeAct(userId, Guid.CreateVersion7(now), null, ontologyVersion, now);
                var combinations = new Combinations(projectId, all, await Combinations.MembersAsync(db, projectId, token));
                Dictionary<Guid, Guid> labels = new() { [fromId] = intoId };
                foreach (var item in combinations.With(fromId).Where(item => item.MergedIntoId is null).ToList())
                {
                    // "None of these" adds nothing to the classes that are left.
                    Guid[] left = [.. combinations.MembersOf(item.Id).Where(id => id != fromId && id != intoId)];
                    Guid[] members = into.IsNegative && left.Length > 0 ? left : [.. left, intoId];
                    labels[item.Id] = combinations.LabelOf(members, ontologyVersion, now.UtcDateTime);
                }

                foreach (var (label, target) in labels)
                {
                    var item = all.Find(item => item.Id == label)!;
                    (item.IsArchived, item.MergedIntoId, item.MergeActionId) = (true, target, act.ActionId);
                }

                await combinations.SaveAsync(db, labels.Values.ToHashSet(), token);
                await db.SaveChangesAsync(token);
                var merged = labels.Keys.ToArray();
                var images = await db.Images.Where(image => image.ProjectId == projectId && EF.Parameter(merged).Contains(image.LabelClassId!.Value))
                    .Select(image => new { image.Id, image.LabelClassId })
                    .ToListAsync(token);
                return await RelabelAsync(db, images.ToDictionary(image => image.Id, image => labels[image.LabelClassId!.Value]), act, token);
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

                item.IsArchived = false;
                item.Position = EndOf([.. InUse(all).Where(other => other != item)]);
                item.Hotkey = all.Any(other => other != item && !other.IsArchived && other.Hotkey == item.Hotkey) ? null : item.Hotkey;
                foreach (var label in all.Where(label => label.MergeActionId == merge))
                {
                    (label.MergedIntoId, label.MergeActionId) = (null, null);
                }

                await FollowAsync(db, projectId, all, token);
                var now = clock.GetUtcNow();
                var ontologyVersion = await RaiseOntologyVersionAsync(db, projectId, token);
                await db.SaveChangesAsync(token);
                var images = await (
                    from annotation in db.Annotations
                    where annotation.ActionId == merge
                    join image in db.Images on annotation.ImageId equals image.Id
                    where image.LabelVersion == annotation.LabelVersion
                    select new { image.Id, annotation.PreviousClassId }).ToListAsync(token);
                return await RelabelAsync(
                    db,
                    images.ToDictionary(image => image.Id, image => image.PreviousClassId ?? classId),
                    new MergeAct(userId, Guid.CreateVersion7(now), merge, ontologyVersion, now),
                    token);
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Classes | ChangeTopic.Labels);
        return count;
    }

    /// <param name="labels">Images and the label that each gets.</param>
    private static async Task<int> RelabelAsync(
        StudioDbContext db,
        Dictionary<long, Guid> labels,
        MergeAct act,
        CancellationToken cancellationToken)
    {
        foreach (var step in labels.Keys.Order().Chunk(MergeStep))
        {
            foreach (var image in await db.Images.Where(image => EF.Parameter(step).Contains(image.Id)).ToListAsync(cancellationToken))
            {
                var (previousState, previousClass) = (image.State, image.LabelClassId);
                var labelledAt = image.LabelOntologyVersion;
                image.GiveLabel(labels[image.Id], image.LabelledBy ?? act.UserId, image.LabelledUtc ?? act.Now.UtcDateTime, labelledAt);
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

        return labels.Count;
    }

    /// <summary>Who merges what when: the same for all images of one merge.</summary>
    private sealed record MergeAct(Guid UserId, Guid ActionId, Guid? RevertsActionId, int OntologyVersion, DateTimeOffset Now);
}
