using LabelStudio.Pipeline.Intake;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>What the quality plan changes in a person's queue: images closed to them, and the hidden check that is due.</summary>
internal sealed class HiddenChecks(StudioDbContext db, QualityPlan plan, Guid projectId, Guid userId)
{
    /// <summary>Images of the overlap that the person has voted on, or that have all their votes.</summary>
    public async Task<IEnumerable<long>> ClosedAsync(CancellationToken cancellationToken)
    {
        if (!plan.HasOverlap)
        {
            return [];
        }

        var voted = db.Annotations
            .Where(annotation => annotation.ProjectId == projectId && annotation.Kind == AnnotationKind.Vote)
            .Select(annotation => annotation.ImageId);
        var votes = await VoteRound.VotesAsync(
            db.Annotations.Where(annotation => voted.Contains(annotation.ImageId)
                && db.Images.Any(image => image.Id == annotation.ImageId && image.State == ImageState.Unlabelled)),
            cancellationToken);
        return votes.Where(image => image.Value.ContainsKey(userId) || image.Value.Count >= plan.OverlapAnnotators).Select(image => image.Key);
    }

    /// <summary>How many images the person has voted on that have no label yet.</summary>
    public async Task<int> OpenVotesAsync(CancellationToken cancellationToken) => !plan.HasOverlap ? 0 : (await VoteRound.VotesAsync(
        db.Annotations.Where(annotation => annotation.ProjectId == projectId && annotation.UserId == userId
            && db.Images.Any(image => image.Id == annotation.ImageId && image.State == ImageState.Unlabelled)),
        cancellationToken)).Count(image => image.Value.Count > 0);

    /// <summary>The known image to ask the person about now, shown as one without a label; null: none is due.</summary>
    public async Task<LabellingTask?> DueAsync(LeaseBook book, IReadOnlyCollection<long> held, CancellationToken cancellationToken)
    {
        if (!plan.HasChecks || !await IsDueAsync(cancellationToken))
        {
            return null;
        }

        var answers = db.Annotations.Where(annotation => annotation.Kind == AnnotationKind.Vote);
        var images = await db.Set<KnownImage>().AsNoTracking()
            .Where(known => known.ProjectId == projectId && !answers.Any(answer => answer.ImageId == known.ImageId && answer.UserId == userId))
            .Where(known => plan.KnownMostAnswers == 0
                || answers.Where(answer => answer.ImageId == known.ImageId).Select(answer => answer.UserId).Distinct().Count() < plan.KnownMostAnswers)
            .Join(db.Images.AsNoTracking(), known => known.ImageId, image => image.Id, (_, image) => image)
            .Where(image => image.State == ImageState.Labelled)
            .OrderBy(image => image.Sha256)
            .Take(16)
            .ToListAsync(cancellationToken);
        if (images.Exists(image => held.Contains(image.Id)))
        {
            return null;
        }

        var free = book.TakeFree(userId, images.Select(image => image.Id), 1);
        return free.ImageIds is [var id]
            ? LabellingTasks.Of(images.Find(image => image.Id == id)!, free.Number) with { State = ImageState.Unlabelled, ClassId = null, IsFlagged = false }
            : null;
    }

    /// <summary>Counted from the person's last check on, so that leaving the page brings no other number of them.</summary>
    private async Task<bool> IsDueAsync(CancellationToken cancellationToken)
    {
        var every = 100 / plan.KnownPercent;
        var recent = await db.Annotations.AsNoTracking()
            .Where(annotation => annotation.ProjectId == projectId && annotation.UserId == userId
                && (annotation.Kind == AnnotationKind.Label || annotation.Kind == AnnotationKind.Vote || annotation.Kind == AnnotationKind.Discard))
            .OrderByDescending(annotation => annotation.Id)
            .Take(every - 1)
            .Select(annotation => annotation.Kind == AnnotationKind.Vote && db.Set<KnownImage>().Any(known => known.ImageId == annotation.ImageId))
            .ToListAsync(cancellationToken);
        return recent.Count == every - 1 && !recent.Contains(true);
    }
}
