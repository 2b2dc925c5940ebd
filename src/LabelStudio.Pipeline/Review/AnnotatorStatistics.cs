using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Counts how people label: how often they take the suggestion, how often they are right where the answer is known.</summary>
public sealed class AnnotatorStatistics(
    IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, QualityPlans plans, TimeProvider clock)
{
    /// <summary>Of fewer hidden checks or votes a share says little, and might tell which they were.</summary>
    private const int LeastToTell = 5;

    /// <summary>All people who labelled, the busiest first. For those who may manage classes: the checks must stay hidden.</summary>
    public async Task<IReadOnlyList<AnnotatorFigures>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(db, projectId, DateTime.MaxValue, cancellationToken);
    }

    /// <summary>The person's own. Needs the right to label.</summary>
    public async Task<OwnFigures> OwnAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var tellsAccuracy = (await plans.OfAsync(projectId, cancellationToken)).TellsOwnAccuracy;
        var today = clock.GetUtcNow().UtcDateTime.Date;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var own = (await ReadAsync(db, projectId, today, cancellationToken)).FirstOrDefault(person => person.UserId == userId)
            ?? new AnnotatorFigures(userId, "", 0, 0, 0, 0, 0, 0, null, 0, 0);
        return new OwnFigures(
            own.Labels,
            await Decided(db, projectId).CountAsync(annotation => annotation.UserId == userId && annotation.ClassId != null && annotation.CreatedUtc >= today, cancellationToken),
            await db.Images.CountAsync(
                image => image.ProjectId == projectId && image.State == ImageState.Labelled && image.LabelledBy == userId && image.LabelledUtc < today, cancellationToken),
            own.LabelsPerHour,
            own.AcceptRate,
            own.Votes < LeastToTell ? null : own.Agreement,
            own.Rejected,
            !tellsAccuracy || own.Checks < LeastToTell ? null : own.CheckAccuracy);
    }

    /// <summary>
    /// Labels and votes that people gave, one by one or as votes in a bulk action. Those without a class are checks that were
    /// discarded: no figure but that of the checks may count them, as it counts no other discard and would tell them by that.
    /// </summary>
    private static IQueryable<Annotation> Decided(StudioDbContext db, Guid projectId) => db.Annotations.AsNoTracking()
        .Where(annotation => annotation.ProjectId == projectId
            && (annotation.Kind == AnnotationKind.Label || annotation.Kind == AnnotationKind.Vote)
            && (annotation.Origin == AnnotationOrigin.Manual || annotation.Origin == AnnotationOrigin.Accepted || annotation.Origin == AnnotationOrigin.Corrected
                || (annotation.Origin == AnnotationOrigin.Bulk && annotation.Kind == AnnotationKind.Vote)));

    /// <param name="until">Votes and checks answered before this time count.</param>
    private static async Task<IReadOnlyList<AnnotatorFigures>> ReadAsync(
        StudioDbContext db, Guid projectId, DateTime until, CancellationToken cancellationToken)
    {
        var own = await Decided(db, projectId)
            .GroupBy(annotation => annotation.UserId)
            .Select(group => new
            {
                UserId = group.Key,
                Labels = group.Count(annotation => annotation.ClassId != null),
                Accepted = group.Count(annotation => annotation.Origin == AnnotationOrigin.Accepted),
                Suggested = group.Count(annotation => annotation.ClassId != null && annotation.SuggestedClassId != null),
                Timed = group.Count(annotation => annotation.ClassId != null && annotation.LeadTimeMs != null),
                TotalMs = group.Sum(annotation => annotation.ClassId == null ? null : (long?)annotation.LeadTimeMs) ?? 0,
            })
            .ToListAsync(cancellationToken);
        var checks = (await CheckAnswersAsync(db, projectId, until, cancellationToken)).ToLookup(answer => answer.UserId);
        var votes = (await VotesAsync(db, projectId, until, cancellationToken)).ToLookup(vote => vote.UserId);
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
                rejected.GetValueOrDefault(row.UserId),
                row.TotalMs == 0 ? null : row.Timed / TimeSpan.FromMilliseconds(row.TotalMs).TotalHours,
                votes[row.UserId].Count(),
                votes[row.UserId].Count(vote => vote.IsLabel))),
        ];
    }

    /// <summary>Each person's last vote on images of the overlap that have a label now.</summary>
    private static async Task<IEnumerable<(Guid UserId, bool IsLabel)>> VotesAsync(
        StudioDbContext db, Guid projectId, DateTime until, CancellationToken cancellationToken)
    {
        var rows = await (
            from annotation in db.Annotations.AsNoTracking()
            where annotation.ProjectId == projectId && annotation.Kind == AnnotationKind.Vote && annotation.CreatedUtc < until
                && !db.Set<KnownImage>().Any(known => known.ImageId == annotation.ImageId)
            join image in db.Images on annotation.ImageId equals image.Id
            where image.LabelClassId != null
            orderby annotation.Id descending
            select new { annotation.UserId, annotation.ImageId, IsLabel = annotation.ClassId == image.LabelClassId }).ToListAsync(cancellationToken);
        return rows.DistinctBy(row => (row.UserId, row.ImageId)).Select(row => (row.UserId, row.IsLabel));
    }

    /// <summary>
    /// Each person's first answer to each known image counts: a second one may be a guess at why it came again. The image's
    /// label is the right answer, also where a lead has changed it since.
    /// </summary>
    private static async Task<IEnumerable<(Guid UserId, bool IsRight)>> CheckAnswersAsync(
        StudioDbContext db, Guid projectId, DateTime until, CancellationToken cancellationToken)
    {
        var rows = await (
            from annotation in db.Annotations.AsNoTracking()
            where annotation.ProjectId == projectId && annotation.Kind == AnnotationKind.Vote && annotation.CreatedUtc < until
                && db.Set<KnownImage>().Any(known => known.ImageId == annotation.ImageId)
            join image in db.Images on annotation.ImageId equals image.Id
            where image.LabelClassId != null
            orderby annotation.Id
            select new { annotation.UserId, annotation.ImageId, IsRight = annotation.ClassId == image.LabelClassId }).ToListAsync(cancellationToken);
        return rows.DistinctBy(row => (row.UserId, row.ImageId)).Select(row => (row.UserId, row.IsRight));
    }
}
