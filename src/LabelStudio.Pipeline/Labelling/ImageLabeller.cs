using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Saves decisions: each once, never over somebody else's newer one, and takes them back.</summary>
public sealed class ImageLabeller(
    IDbContextFactory<StudioDbContext> contexts,
    ProjectAccess access,
    AnnotationWriter annotations,
    ActionReverter reverter,
    LabellingQueue queue)
{
    internal const int MostDecisions = 1000;

    /// <summary>Results come in the order of the decisions, and are on the disk when the task completes.</summary>
    public async Task<IReadOnlyList<DecisionResult>> DecideAsync(
        Guid userId, Guid projectId, IReadOnlyList<Decision> decisions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        if (decisions.Count > MostDecisions)
        {
            throw new InvalidRequestException($"At most {MostDecisions} decisions are taken at a time. Send them in parts.");
        }

        if (decisions.Count == 0)
        {
            return [];
        }

        queue.Deciding(userId, projectId, decisions);
        var results = await annotations.WriteAsync(userId, projectId, decisions, null, startsAction: true, null, null, cancellationToken);
        queue.Decided(userId, projectId, decisions, results);
        return results;
    }

    /// <summary>A lead's word on one image, over whatever others voted; needs the right to manage classes.</summary>
    /// <returns>The image's label version after it.</returns>
    /// <exception cref="ConflictException">Somebody decided upon the image meanwhile; nothing was saved.</exception>
    internal async Task<int> OverruleAsync(
        Guid userId, Guid projectId, Decision decision, AnnotationOrigin origin, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        var results = await annotations.WriteAsync(userId, projectId, [decision], null, startsAction: true, origin, null, cancellationToken);
        queue.Decided(userId, projectId, [decision], results);
        return results[0] switch
        {
            { Outcome: DecisionOutcome.Saved or DecisionOutcome.AlreadySaved } saved => saved.LabelVersion,
            { Outcome: DecisionOutcome.Conflict } => throw new ConflictException("The label was changed meanwhile: nothing was saved. Look at the image again."),
            { Message: var message } => throw new InvalidRequestException(message ?? "Nothing was saved. Look at the image again."),
        };
    }

    /// <summary>
    /// Gives many images one decision, taken back by one undo. Overwrites what is there: the person saw and chose it. Images
    /// that were deleted meanwhile are left out.
    /// </summary>
    /// <returns>The number of images changed.</returns>
    public async Task<int> DecideManyAsync(
        Guid userId,
        Guid projectId,
        IReadOnlyCollection<long> imageIds,
        AnnotationKind kind,
        Guid? classId,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(imageIds);
        return (await DecidePartsAsync(
            userId, projectId, [new BulkPart([.. imageIds], classId)], kind, onlyUnlabelled: false, null, cancellationToken)).Changed;
    }

    /// <summary>
    /// Gives the images of each part its class or classes, or adds or takes them away, all as one action. What somebody decided
    /// since the person looked is left alone where the part says what they saw.
    /// </summary>
    /// <param name="onlyUnlabelled">Images that have a label by now, or are discarded, are left alone too.</param>
    /// <param name="asOf">The project's last act when the person chose them: those without a version that were decided upon since are left alone.</param>
    public async Task<BulkResult> DecidePartsAsync(
        Guid userId,
        Guid projectId,
        IReadOnlyList<BulkPart> parts,
        AnnotationKind kind,
        bool onlyUnlabelled,
        long? asOf,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var decisions = parts.SelectMany(part => part.Decisions(kind, onlyUnlabelled, asOf)).DistinctBy(decision => decision.ImageId);
        return await DecideTogetherAsync(userId, projectId, decisions, cancellationToken);
    }

    /// <summary>Any number of decisions as one action, taken back by one undo.</summary>
    internal async Task<BulkResult> DecideTogetherAsync(
        Guid userId, Guid projectId, IEnumerable<Decision> all, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var actionId = Guid.CreateVersion7();
        var total = new BulkResult(0, []);

        // In parts: whoever labels one image meanwhile waits for one part at most.
        foreach (var decisions in all.Chunk(MostDecisions))
        {
            total += BulkResult.Of(await DecideSomeAsync(userId, projectId, decisions, actionId, total.Changed == 0, AnnotationOrigin.Bulk, null, cancellationToken));
        }

        return total is { Changed: 0, Refusal: { } refusal } ? throw new InvalidRequestException(refusal) : total;
    }

    /// <summary>A part of one action, in one transaction. Whoever calls has seen to the right.</summary>
    internal async Task<IReadOnlyList<DecisionResult>> DecideSomeAsync(
        Guid userId,
        Guid projectId,
        IReadOnlyList<Decision> decisions,
        Guid actionId,
        bool startsAction,
        AnnotationOrigin origin,
        SavedAlongside<IReadOnlyList<DecisionResult>>? alongside,
        CancellationToken cancellationToken)
    {
        var results = await annotations.WriteAsync(
            userId, projectId, decisions, actionId, startsAction, origin, alongside, cancellationToken);
        queue.Decided(userId, projectId, decisions, results);
        return results;
    }

    /// <summary>The project's last act so far: what is decided upon later was decided upon since. Needs the right to view.</summary>
    public async Task<long> LastActAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Annotations.Where(annotation => annotation.ProjectId == projectId).MaxAsync(annotation => (long?)annotation.Id, cancellationToken) ?? 0;
    }

    /// <summary>Takes back the person's last decision that is not taken back yet; null: there is none.</summary>
    public Task<UndoResult?> UndoAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) =>
        RevertAsync(userId, projectId, redo: false, cancellationToken);

    /// <summary>Does again what the last undo took back; null: nothing, or something newer was decided since.</summary>
    public Task<UndoResult?> RedoAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) =>
        RevertAsync(userId, projectId, redo: true, cancellationToken);

    /// <summary>The person's latest decisions, newest first.</summary>
    public async Task<IReadOnlyList<RecentDecision>> RecentAsync(
        Guid userId, Guid projectId, int count, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        // What the person decided upon an image before it became a hidden check is most likely its answer.
        var ids = hidden.ImageIds.ToArray();
        var history = await ActionHistory.ReadAsync(db, userId, projectId, cancellationToken);
        var rows = await (
            from annotation in db.Annotations.AsNoTracking()
            where annotation.ProjectId == projectId && annotation.UserId == userId && annotation.StartsAction
                && annotation.RevertsActionId == null
                && (annotation.Kind == AnnotationKind.Vote
                    || (annotation.Kind == AnnotationKind.Clear && annotation.PreviousState == ImageState.Unlabelled)
                    || annotation.Kind == AnnotationKind.Skip
                    || !EF.Parameter(ids).Contains(annotation.ImageId))
            join image in db.Images.AsNoTracking() on annotation.ImageId equals image.Id
            orderby annotation.Id descending
            let reason = db.Annotations
                .Where(earlier => annotation.PreviousState == ImageState.Discarded
                    && earlier.ImageId == annotation.ImageId && earlier.Id < annotation.Id && earlier.Kind == AnnotationKind.Discard)
                .OrderByDescending(earlier => earlier.Id)
                .Select(earlier => earlier.DiscardReason)
                .FirstOrDefault()
            select new { annotation, image, reason }).Take(Math.Clamp(count, 1, 200)).ToListAsync(cancellationToken);
        var lastWords = rows.Where(row => !history.IsReverted(row.annotation.ActionId)
                && ImageChanges.IsAboutLabel(ImageChanges.AsSaid(row.annotation.Kind, row.annotation.ClassId)))
            .DistinctBy(row => row.image.Id)
            .Select(row => row.annotation.Id)
            .ToHashSet();
        return
        [
            .. rows.Select(row => RecentDecision.Of(
                row.annotation, row.image, hidden, history.IsReverted(row.annotation.ActionId), lastWords.Contains(row.annotation.Id), row.reason)),
        ];
    }

    private async Task<UndoResult?> RevertAsync(Guid userId, Guid projectId, bool redo, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var result = await reverter.RevertAsync(userId, projectId, redo, cancellationToken);
        if (result is null)
        {
            return null;
        }

        queue.Reverted(userId, projectId, result, redo);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        if (!hidden.Hide(result.Task.ImageId))
        {
            return result;
        }

        var (state, classId) = redo ? (ImageState.Unlabelled, null) : hidden.Seen(result.Task.ImageId, ImageState.Unlabelled, null);
        return result with
        {
            Kind = ImageChanges.AsSaid(result.Kind, result.ClassId),
            Task = result.Task with { State = state, ClassId = classId, DiscardReason = null },
        };
    }
}
