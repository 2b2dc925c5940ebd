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
    private const int MostDecisions = 1000;

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

        var results = await annotations.WriteAsync(userId, projectId, decisions, null, startsAction: true, null, cancellationToken);
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
        var results = await annotations.WriteAsync(userId, projectId, [decision], null, startsAction: true, origin, cancellationToken);
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
        return await DecideTogetherAsync(
            userId, projectId, imageIds.Distinct().Select(id => new Decision(Guid.CreateVersion7(), id, kind, classId)), cancellationToken);
    }

    /// <summary>Any number of decisions as one action, taken back by one undo.</summary>
    /// <returns>The number of images changed.</returns>
    internal async Task<int> DecideTogetherAsync(
        Guid userId, Guid projectId, IEnumerable<Decision> all, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var actionId = Guid.CreateVersion7();
        var saved = 0;
        string? refusal = null;

        // In parts: whoever labels one image meanwhile waits for one part at most.
        foreach (var decisions in all.Chunk(MostDecisions))
        {
            var results = await annotations.WriteAsync(
                userId, projectId, decisions, actionId, startsAction: saved == 0, AnnotationOrigin.Bulk, cancellationToken);
            queue.Decided(userId, projectId, decisions, results);
            saved += results.Count(result => result.Outcome == DecisionOutcome.Saved);
            refusal ??= results.FirstOrDefault(result => result.Outcome == DecisionOutcome.Refused)?.Message;
        }

        return saved == 0 && refusal is not null ? throw new InvalidRequestException(refusal) : saved;
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
        var history = await ActionHistory.ReadAsync(db, userId, projectId, cancellationToken);
        var rows = await (
            from annotation in db.Annotations.AsNoTracking()
            where annotation.ProjectId == projectId && annotation.UserId == userId && annotation.StartsAction
                && annotation.RevertsActionId == null
            join image in db.Images.AsNoTracking() on annotation.ImageId equals image.Id
            orderby annotation.Id descending
            select new { annotation, image }).Take(Math.Clamp(count, 1, 200)).ToListAsync(cancellationToken);
        return
        [
            .. rows.Select(row => new RecentDecision(
                row.annotation.DecisionId,
                row.annotation.Kind,
                row.annotation.ClassId,
                row.annotation.CreatedUtc,
                history.IsReverted(row.annotation.ActionId),
                LabellingTasks.Of(row.image))),
        ];
    }

    private async Task<UndoResult?> RevertAsync(Guid userId, Guid projectId, bool redo, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var result = await reverter.RevertAsync(userId, projectId, redo, cancellationToken);
        if (result is not null)
        {
            queue.Reverted(userId, projectId, result, redo);
        }

        return result;
    }
}
