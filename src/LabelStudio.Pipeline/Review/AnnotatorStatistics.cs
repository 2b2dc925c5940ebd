using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Counts how people label: how often they take the suggestion, how often they are right where the answer is known.</summary>
public sealed class AnnotatorStatistics(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access)
{
    /// <summary>All people who labelled, the busiest first. For those who may manage classes: the checks must stay hidden.</summary>
    public async Task<IReadOnlyList<AnnotatorFigures>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var own = await db.Annotations.AsNoTracking()
            .Where(annotation => annotation.ProjectId == projectId
                && (annotation.Kind == AnnotationKind.Label || annotation.Kind == AnnotationKind.Vote)
                && (annotation.Origin == AnnotationOrigin.Manual || annotation.Origin == AnnotationOrigin.Accepted || annotation.Origin == AnnotationOrigin.Corrected))
            .GroupBy(annotation => annotation.UserId)
            .Select(group => new
            {
                UserId = group.Key,
                Labels = group.Count(),
                Accepted = group.Count(annotation => annotation.Origin == AnnotationOrigin.Accepted),
                Suggested = group.Count(annotation => annotation.SuggestedClassId != null),
            })
            .ToListAsync(cancellationToken);
        var checks = (await CheckAnswersAsync(db, projectId, cancellationToken)).ToLookup(answer => answer.UserId);
        var rejected = await db.Set<LabelCheck>().AsNoTracking()
            .Where(check => check.ProjectId == projectId && check.Verdict != CheckVerdict.Accepted && check.LabelledBy != null)
            .GroupBy(check => check.LabelledBy!.Value)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        var ids = own.Select(row => row.UserId).ToArray();
        var names = await db.Users.AsNoTracking().Where(user => EF.Parameter(ids).Contains(user.Id))
            .ToDictionaryAsync(user => user.Id, user => user.DisplayName, cancellationToken);
        return
        [
            .. own.OrderByDescending(row => row.Labels).Select(row => new AnnotatorFigures(
                row.UserId,
                names.GetValueOrDefault(row.UserId, "somebody who left"),
                row.Labels,
                row.Suggested,
                row.Accepted,
                checks[row.UserId].Count(),
                checks[row.UserId].Count(answer => answer.IsRight),
                rejected.GetValueOrDefault(row.UserId))),
        ];
    }

    /// <summary>Each person's first answer to each known image counts: a second one may be a guess at why it came again.</summary>
    private static async Task<IEnumerable<(Guid UserId, bool IsRight)>> CheckAnswersAsync(
        StudioDbContext db, Guid projectId, CancellationToken cancellationToken)
    {
        var rows = await (
            from annotation in db.Annotations.AsNoTracking()
            where annotation.ProjectId == projectId && annotation.Kind == AnnotationKind.Vote
            join known in db.Set<KnownImage>() on annotation.ImageId equals known.ImageId
            orderby annotation.Id
            select new { annotation.UserId, annotation.ImageId, IsRight = annotation.ClassId == known.ClassId }).ToListAsync(cancellationToken);
        return rows.DistinctBy(row => (row.UserId, row.ImageId)).Select(row => (row.UserId, row.IsRight));
    }
}
