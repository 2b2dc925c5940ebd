using LabelStudio.Pipeline.Labelling;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>The class each person last gave each image by own decision: what was undone, imported or merged is no vote.</summary>
internal static class AnnotatorVotes
{
    public static async Task<IReadOnlyDictionary<(long ImageId, Guid UserId), Guid>> ReadAsync(
        StudioDbContext db, Guid projectId, CancellationToken cancellationToken)
    {
        var rows = await db.Annotations.AsNoTracking()
            .Where(annotation => annotation.ProjectId == projectId && (
                annotation.RevertsActionId != null
                || annotation.Kind == AnnotationKind.Label
                || annotation.Kind == AnnotationKind.Vote
                || annotation.Kind == AnnotationKind.Clear
                || annotation.Kind == AnnotationKind.Discard))
            .OrderBy(annotation => annotation.Id)
            .Select(annotation => new Act(
                annotation.ImageId,
                annotation.UserId,
                annotation.ActionId,
                annotation.RevertsActionId,
                annotation.Kind == AnnotationKind.Label || annotation.Kind == AnnotationKind.Vote ? annotation.ClassId : null,
                annotation.Origin))
            .ToListAsync(cancellationToken);
        var undone = UndoneActions(rows);
        var votes = new Dictionary<(long, Guid), Guid>();
        foreach (var act in rows.Where(act => act.RevertsActionId is null && !undone.Contains(act.ActionId) && IsOwnDecision(act.Origin)))
        {
            if (act.ClassId is { } classId)
            {
                votes[(act.ImageId, act.UserId)] = classId;
            }
            else
            {
                votes.Remove((act.ImageId, act.UserId));
            }
        }

        return votes;
    }

    private static bool IsOwnDecision(AnnotationOrigin origin) =>
        origin is AnnotationOrigin.Manual or AnnotationOrigin.Accepted or AnnotationOrigin.Corrected or AnnotationOrigin.Bulk;

    /// <summary>An undo takes an action back, and the undo of an undo brings it again.</summary>
    private static HashSet<Guid> UndoneActions(List<Act> rows)
    {
        var (undone, takenBackBy) = (new HashSet<Guid>(), new Dictionary<Guid, Guid>());
        foreach (var act in rows.Where(act => act.RevertsActionId is not null))
        {
            var target = act.RevertsActionId!.Value;
            takenBackBy[act.ActionId] = target;
            undone.Add(target);
            if (takenBackBy.TryGetValue(target, out var original))
            {
                undone.Remove(original);
            }
        }

        return undone;
    }

    private sealed record Act(long ImageId, Guid UserId, Guid ActionId, Guid? RevertsActionId, Guid? ClassId, AnnotationOrigin Origin);
}
