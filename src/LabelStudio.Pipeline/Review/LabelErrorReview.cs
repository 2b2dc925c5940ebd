using LabelStudio.Learning.LabelErrors;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Shows labels that may be wrong and saves what people decide about them; no doubt is raised twice.</summary>
public sealed class LabelErrorReview(
    IDbContextFactory<StudioDbContext> contexts,
    ProjectAccess access,
    StudioWriter writer,
    QualityPlans plans,
    LabelErrorSearch search,
    ImageLabeller labeller,
    TimeProvider clock)
{
    /// <summary>The source written beside a label that was taken from here.</summary>
    public const string SuggestionSource = "label check";

    /// <summary>The doubted labels. Seconds for 10,000 images the first time; then from memory until <paramref name="again"/> asks for a new search.</summary>
    public async Task<LabelErrorReport> FindAsync(Guid userId, Guid projectId, bool again, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await plans.DemandSuggestionsAsync(userId, projectId, cancellationToken);
        var found = await search.FindAsync(projectId, again, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var reviews = await db.Set<LabelReview>().AsNoTracking()
            .Where(review => review.ProjectId == projectId)
            .Select(review => new { review.ImageId, review.ConfirmedClassId })
            .ToListAsync(cancellationToken);
        var classes = await db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId).ToListAsync(cancellationToken);
        var confirmed = reviews.Where(review => review.ConfirmedClassId is not null)
            .Select(review => (review.ImageId, MergedClasses.Resolve(classes, review.ConfirmedClassId!.Value)))
            .ToHashSet();
        // A search is kept for long: a class may have been archived or left out since.
        var learned = classes.Where(item => !item.IsArchived && !item.IsLeftOutOfTraining).Select(item => item.Id).ToHashSet();
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var labels = await LabelsAsync(db, found.Doubted, cancellationToken);
        return new(
            [.. found.Doubted.Where(doubt =>
                !hidden.Hide(doubt.ImageId)
                && labels.TryGetValue(doubt.ImageId, out var label)
                && label.ClassId == doubt.GivenClassId
                && learned.Contains(label.ClassId)
                && learned.Contains(doubt.SuggestedClassId)
                && !confirmed.Contains((doubt.ImageId, label.ClassId)))
                // The same label may have been given again since, as by a verdict taken back.
                .Select(doubt => doubt with { LabelVersion = labels[doubt.ImageId].Version })],
            found.Judged,
            found.WithoutEmbedding,
            [.. found.TooFewToJudge.Where(learned.Contains)],
            LabelErrorFindings.DefaultLeastImages,
            reviews.Count,
            found.IsOutdated(await search.StampAsync(db, projectId, cancellationToken)));
    }

    /// <summary>Saves a verdict and what follows from it for the label; another label goes to <see cref="RelabelAsync"/>. Needs the right to label.</summary>
    /// <returns>The verdict's id, to take it back.</returns>
    /// <exception cref="ConflictException">Somebody changed the label meanwhile; nothing was saved.</exception>
    public async Task<long> DecideAsync(
        Guid userId, Guid projectId, DoubtedLabel doubt, LabelVerdict verdict, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(doubt);
        ArgumentOutOfRangeException.ThrowIfEqual(verdict, LabelVerdict.Other);
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        if (verdict != LabelVerdict.Keep)
        {
            await ApplyAsync(userId, projectId, DecisionOf(doubt, verdict), cancellationToken);
        }

        return await KeepAsync(userId, projectId, doubt, verdict, ConfirmedBy(doubt, verdict), cancellationToken);
    }

    /// <summary>Neither the given nor the suggested label: the image gets these classes. Needs the right to label.</summary>
    /// <returns>The verdict's id, to take it back.</returns>
    /// <exception cref="ConflictException">Somebody changed the label meanwhile; nothing was saved.</exception>
    public async Task<long> RelabelAsync(
        Guid userId, Guid projectId, DoubtedLabel doubt, IReadOnlyList<Guid> classIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(doubt);
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var decision = DecisionOf(doubt, LabelVerdict.Take) with { ClassId = null, ClassIds = classIds };
        var result = await ApplyAsync(userId, projectId, decision, cancellationToken);
        return await KeepAsync(userId, projectId, doubt, LabelVerdict.Other, result.ClassId, cancellationToken);
    }

    private Task<long> KeepAsync(
        Guid userId, Guid projectId, DoubtedLabel doubt, LabelVerdict verdict, Guid? confirmed, CancellationToken cancellationToken) => writer.WriteAsync(
            async (db, token) =>
            {
                await DemandUnchangedAsync(db, projectId, doubt, verdict, token);
                var review = new LabelReview
                {
                    ProjectId = projectId,
                    ImageId = doubt.ImageId,
                    Verdict = verdict,
                    GivenClassId = doubt.GivenClassId,
                    SuggestedClassId = doubt.SuggestedClassId,
                    ConfirmedClassId = confirmed,
                    UserId = userId,
                    ReviewedUtc = clock.GetUtcNow().UtcDateTime,
                };
                db.Add(review);
                await db.SaveChangesAsync(token);
                return review.Id;
            },
            cancellationToken);

    /// <summary>Takes a verdict back: the label is as it was, and the doubt is raised again.</summary>
    /// <returns>The version of the label that the image has again: the next verdict is on that.</returns>
    /// <exception cref="ConflictException">Somebody changed the label since; the verdict stays.</exception>
    public async Task<int> UndoAsync(Guid userId, Guid projectId, long reviewId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var review = await db.Set<LabelReview>().AsNoTracking()
            .FirstOrDefaultAsync(item => item.Id == reviewId && item.ProjectId == projectId && item.UserId == userId, cancellationToken)
            ?? throw new NotFoundException("This verdict was taken back already.");
        var image = await db.Images.AsNoTracking().Where(image => image.Id == review.ImageId)
            .Select(image => new { image.LabelVersion, image.State, image.LabelClassId })
            .FirstOrDefaultAsync(cancellationToken) ?? throw ImageGone();
        var version = image.LabelVersion;
        if (review.Verdict != LabelVerdict.Keep)
        {
            var isAsDecided = review.Verdict == LabelVerdict.Discard
                ? image.State == ImageState.Discarded
                : image.LabelClassId == review.ConfirmedClassId;
            if (!isAsDecided)
            {
                throw new ConflictException("The image was labelled anew since. Change its label on the labelling page instead.");
            }

            var decision = new Decision(Guid.CreateVersion7(), review.ImageId, AnnotationKind.Label, review.GivenClassId, image.LabelVersion);
            version = (await ApplyAsync(userId, projectId, decision, cancellationToken)).LabelVersion;
        }

        await writer.WriteAsync(
            (work, token) => work.Set<LabelReview>().Where(item => item.Id == reviewId).ExecuteDeleteAsync(token), cancellationToken);
        return version;
    }

    private static Guid? ConfirmedBy(DoubtedLabel doubt, LabelVerdict verdict) => verdict switch
    {
        LabelVerdict.Keep => doubt.GivenClassId,
        LabelVerdict.Take => doubt.SuggestedClassId,
        LabelVerdict.Discard or LabelVerdict.Other => null,
    };

    private static Decision DecisionOf(DoubtedLabel doubt, LabelVerdict verdict) => new(
        Guid.CreateVersion7(),
        doubt.ImageId,
        verdict == LabelVerdict.Discard ? AnnotationKind.Discard : AnnotationKind.Label,
        verdict == LabelVerdict.Discard ? null : doubt.SuggestedClassId,
        doubt.LabelVersion,
        doubt.SuggestedClassId,
        doubt.SuggestedProbability,
        SuggestionSource);

    /// <summary>A verdict on a label that is gone would hide the doubt about the new one.</summary>
    private static async Task DemandUnchangedAsync(
        StudioDbContext db, Guid projectId, DoubtedLabel doubt, LabelVerdict verdict, CancellationToken cancellationToken)
    {
        var label = await db.Images.Where(image => image.Id == doubt.ImageId && image.ProjectId == projectId)
            .Select(image => new { image.LabelClassId })
            .FirstOrDefaultAsync(cancellationToken) ?? throw ImageGone();
        if (verdict == LabelVerdict.Keep && label.LabelClassId != doubt.GivenClassId)
        {
            throw new ConflictException("The label was changed meanwhile: nothing was saved. Look at the image again.");
        }
    }

    private async Task<DecisionResult> ApplyAsync(Guid userId, Guid projectId, Decision decision, CancellationToken cancellationToken)
    {
        var results = await labeller.DecideAsync(userId, projectId, [decision], cancellationToken);
        var result = results[0];
        switch (result.Outcome)
        {
            case DecisionOutcome.Conflict:
                throw new ConflictException(
                    $"{result.ConflictUserName ?? "Somebody"} changed the label meanwhile: nothing was saved. Look at the image again.");
            case DecisionOutcome.Refused:
                throw new InvalidRequestException(result.Message ?? "The label could not be saved. Reload the page.");
        }

        return result;
    }

    private static async Task<Dictionary<long, (Guid ClassId, int Version)>> LabelsAsync(
        StudioDbContext db, IReadOnlyList<DoubtedLabel> doubted, CancellationToken cancellationToken)
    {
        long[] ids = [.. doubted.Select(doubt => doubt.ImageId)];
        return await db.Images.AsNoTracking()
            .Where(image => EF.Parameter(ids).Contains(image.Id) && image.State == ImageState.Labelled && image.LabelClassId != null)
            .Select(image => new { image.Id, ClassId = image.LabelClassId!.Value, image.LabelVersion })
            .ToDictionaryAsync(image => image.Id, image => (image.ClassId, image.LabelVersion), cancellationToken);
    }

    private static NotFoundException ImageGone() => new("This image does not exist any more: it was deleted. Reload the page.");
}
