using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>What became of labels in the review, told by the verdicts and by whether the label changed since.</summary>
public sealed class ReviewStates(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access)
{
    /// <summary>All images of a project in a state. Needs the right to view.</summary>
    /// <param name="of">Only where this person's label was judged, or stands unjudged; null: anybody's.</param>
    public async Task<IReadOnlyList<long>> IdsAsync(
        Guid userId, Guid projectId, ReviewState state, Guid? of, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var found = await In(db, db.Images.AsNoTracking().Where(image => image.ProjectId == projectId), state, of)
            .Select(image => image.Id)
            .ToListAsync(cancellationToken);
        found.RemoveAll(hidden.Hide);
        return found;
    }

    /// <summary>How many of the person's own labels were rejected and have none yet.</summary>
    public async Task<int> OwnRejectedAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await In(db, db.Images.Where(image => image.ProjectId == projectId), ReviewState.Rejected, userId).CountAsync(cancellationToken);
    }

    /// <summary>The state of those of the images that somebody judged. Needs the right to view.</summary>
    public async Task<IReadOnlyDictionary<long, ReviewMark>> MarksAsync(
        Guid userId, Guid projectId, IReadOnlyList<long> imageIds, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var verdicts = await (
            from check in db.Set<LabelCheck>().AsNoTracking()
            where check.ProjectId == projectId && EF.Parameter(imageIds).Contains(check.ImageId)
            join image in db.Images on check.ImageId equals image.Id
            orderby check.Id
            select new { check.ImageId, check.Verdict, check.Reason, IsOfThisLabel = check.LabelVersion == image.LabelVersion, image.State }).ToListAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var marks = new Dictionary<long, ReviewMark>();
        foreach (var verdict in verdicts.Where(verdict => !hidden.Hide(verdict.ImageId)))
        {
            ReviewState? state = (verdict.IsOfThisLabel, verdict.Verdict) switch
            {
                (true, CheckVerdict.Accepted) => ReviewState.Accepted,
                (true, CheckVerdict.Rejected) => ReviewState.Rejected,
                (true, CheckVerdict.Relabelled) => ReviewState.Relabelled,
                (false, CheckVerdict.Rejected) when verdict.State == ImageState.Labelled => ReviewState.Relabelled,
                _ => null,
            };
            if (state is { } known)
            {
                marks[verdict.ImageId] = new ReviewMark(known, known == ReviewState.Rejected ? verdict.Reason : null);
            }
        }

        return marks;
    }

    private static IQueryable<ImageRecord> In(StudioDbContext db, IQueryable<ImageRecord> images, ReviewState state, Guid? of)
    {
        var labelled = images.Where(image => image.State == ImageState.Labelled);
        var checks = db.Set<LabelCheck>();
        var judged = checks.Where(check => of == null || check.LabelledBy == of);
        return state switch
        {
            ReviewState.Unchecked => labelled.Where(image => (of == null || image.LabelledBy == of)
                && !checks.Any(check => check.ImageId == image.Id
                    && (check.LabelVersion == image.LabelVersion || check.Verdict == CheckVerdict.Rejected))),
            ReviewState.Accepted => labelled.Where(image => judged.Any(check => check.ImageId == image.Id
                && check.LabelVersion == image.LabelVersion && check.Verdict == CheckVerdict.Accepted)),
            ReviewState.Rejected => images.Where(image => image.State == ImageState.Unlabelled && judged.Any(check => check.ImageId == image.Id
                && check.LabelVersion == image.LabelVersion && check.Verdict == CheckVerdict.Rejected)),
            ReviewState.Relabelled => labelled.Where(image =>
                judged.Any(check => check.ImageId == image.Id && check.LabelVersion == image.LabelVersion && check.Verdict == CheckVerdict.Relabelled)
                || (judged.Any(check => check.ImageId == image.Id && check.Verdict == CheckVerdict.Rejected)
                    && !checks.Any(check => check.ImageId == image.Id && check.LabelVersion == image.LabelVersion))),
        };
    }
}
