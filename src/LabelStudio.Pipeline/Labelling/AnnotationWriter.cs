using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Writes decisions: a few queries for any number of them, one transaction, one signal.</summary>
public sealed class AnnotationWriter(StudioWriter writer, QualityPlans plans, ProjectAccess access, ChangeSignals signals, TimeProvider clock)
{
    /// <param name="actionId">All decisions are one action, taken back together; null: each is its own.</param>
    /// <param name="startsAction">False: more of an action that was begun before.</param>
    /// <param name="origin">How all came about; null: each by its suggestion.</param>
    /// <param name="alongside">What else is saved with them.</param>
    internal async Task<IReadOnlyList<DecisionResult>> WriteAsync(
        Guid userId,
        Guid projectId,
        IReadOnlyList<Decision> decisions,
        Guid? actionId,
        bool startsAction,
        AnnotationOrigin? origin,
        SavedAlongside<IReadOnlyList<DecisionResult>>? alongside,
        CancellationToken cancellationToken)
    {
        var plan = await plans.OfAsync(projectId, cancellationToken);
        var standing = !await access.AllowsAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken) ? VoterStanding.Annotator
            : origin is null ? VoterStanding.Lead
            : VoterStanding.Overrules;
        var hasNewClasses = false;
        var results = await writer.WriteAsync(
            async (db, token) =>
            {
                var (ontologyVersion, takesSeveral) = await ProjectAsync(db, projectId, token);
                var act = new DecisionAct(userId, clock.GetUtcNow().UtcDateTime, ontologyVersion, actionId, startsAction, origin);
                var rows = new ActionRows(db, decisions.Count);
                var (batch, labels) = await ReadAsync(db, rows, plan, standing, takesSeveral, decisions, act, token);
                var decided = decisions.Select(batch.Decide).ToList();
                hasNewClasses = await labels.SaveAsync(db, batch.Annotations, token);
                await rows.SaveAsync(batch.Changed, batch.Annotations, token);
                await (alongside?.Invoke(db, decided, token) ?? Task.CompletedTask);
                return await TellConflictsAsync(db, decided, token);
            },
            cancellationToken);
        if (results.Any(result => result.Outcome == DecisionOutcome.Saved))
        {
            signals.Publish(projectId, hasNewClasses ? ChangeTopic.Labels | ChangeTopic.Classes : ChangeTopic.Labels);
        }

        return results;
    }

    private static async Task<(DecisionBatch Batch, ProjectLabels Labels)> ReadAsync(
        StudioDbContext db,
        ActionRows rows,
        QualityPlan plan,
        VoterStanding standing,
        bool takesSeveral,
        IReadOnlyList<Decision> decisions,
        DecisionAct act,
        CancellationToken cancellationToken)
    {
        var projectId = plan.ProjectId;
        var imageIds = decisions.Select(decision => decision.ImageId).Distinct().ToArray();
        var decisionIds = decisions.Select(decision => decision.Id).ToArray();
        var images = await rows.Images
            .Where(image => EF.Parameter(imageIds).Contains(image.Id) && image.ProjectId == projectId)
            .ToDictionaryAsync(image => image.Id, cancellationToken);
        var saved = await db.Annotations.AsNoTracking()
            .Where(annotation => EF.Parameter(decisionIds).Contains(annotation.DecisionId))
            .ToDictionaryAsync(annotation => annotation.DecisionId, cancellationToken);
        var round = await VoteRound.ReadAsync(db, plan, standing, images.Values, cancellationToken);
        var labels = new ProjectLabels(await ClassesAsync(db, projectId, takesSeveral, decisions, [.. images.Values], round, cancellationToken), takesSeveral);
        return (new DecisionBatch(images, saved, labels, round, await DecidedSinceAsync(db, decisions, cancellationToken), act), labels);
    }

    /// <summary>Of the images whose version the person never saw: those decided upon after the person chose them.</summary>
    private static async Task<HashSet<long>> DecidedSinceAsync(
        StudioDbContext db, IReadOnlyList<Decision> decisions, CancellationToken cancellationToken)
    {
        var unseen = decisions.Where(decision => decision is { ExpectedVersion: null, AsOf: not null }).ToList();
        if (unseen.Count == 0)
        {
            return [];
        }

        var ids = unseen.Select(decision => decision.ImageId).ToArray();
        var asOf = unseen.Min(decision => decision.AsOf);
        return await db.Annotations
            .Where(ImageChanges.IsDecision)
            .Where(annotation => annotation.Id > asOf && EF.Parameter(ids).Contains(annotation.ImageId))
            .Select(annotation => annotation.ImageId)
            .ToHashSetAsync(cancellationToken);
    }

    /// <summary>
    /// The classes asked for; all, where one of them was merged or several are asked for together. Of the combinations, of which
    /// there may be thousands, only those that the images have.
    /// </summary>
    private static async Task<Combinations> ClassesAsync(
        StudioDbContext db,
        Guid projectId,
        bool takesSeveral,
        IReadOnlyList<Decision> decisions,
        IReadOnlyList<ImageRecord> images,
        VoteRound round,
        CancellationToken cancellationToken)
    {
        var asked = decisions.SelectMany(decision => decision.ClassIds ?? []).Concat(decisions.Select(decision => decision.ClassId).OfType<Guid>()).Distinct().ToArray();
        if (takesSeveral && decisions.Any(decision => decision is { Kind: AnnotationKind.Label, ClassIds: not null }))
        {
            Guid[] ids = [.. asked.Union(images.Select(image => image.LabelClassId).OfType<Guid>()).Union(round.Labels)];
            return await Combinations.ReadAsync(db, projectId, ids, name: null, cancellationToken);
        }

        if (asked.Length == 0)
        {
            return new Combinations(projectId, [], []);
        }

        var all = db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId);
        var classes = await all.Where(item => EF.Parameter(asked).Contains(item.Id)).ToListAsync(cancellationToken);
        classes = classes.Exists(item => item.MergedIntoId is not null) ? await all.ToListAsync(cancellationToken) : classes;
        return new Combinations(projectId, classes, []);
    }

    private static async Task<(int OntologyVersion, bool TakesSeveralClasses)> ProjectAsync(
        StudioDbContext db, Guid projectId, CancellationToken cancellationToken)
    {
        var project = await db.Projects.Where(project => project.Id == projectId)
            .Select(project => new { project.OntologyVersion, project.TakesSeveralClasses })
            .FirstOrDefaultAsync(cancellationToken) ?? throw ProjectCatalog.Missing();
        return (project.OntologyVersion, project.TakesSeveralClasses);
    }

    /// <summary>Says who decided meanwhile, as a person is easier to talk to than "somebody", and how the image is now.</summary>
    private static async Task<IReadOnlyList<DecisionResult>> TellConflictsAsync(
        StudioDbContext db, List<DecisionResult> results, CancellationToken cancellationToken)
    {
        var ids = results.Where(result => result.Outcome == DecisionOutcome.Conflict).Select(result => result.ImageId).ToArray();
        if (ids.Length == 0)
        {
            return results;
        }

        var names = await (
            from annotation in db.Annotations
            where EF.Parameter(ids).Contains(annotation.ImageId)
            join user in db.Users on annotation.UserId equals user.Id
            join image in db.Images on annotation.ImageId equals image.Id
            select new { annotation.ImageId, annotation.Id, annotation.CreatedUtc, user.DisplayName, image.State }).ToListAsync(cancellationToken);
        var latest = names.GroupBy(row => row.ImageId).ToDictionary(group => group.Key, group => group.MaxBy(row => row.Id)!);
        return
        [
            .. results.Select(result => result.Outcome == DecisionOutcome.Conflict && latest.TryGetValue(result.ImageId, out var opponent)
                ? result with { ConflictUserName = opponent.DisplayName, ConflictUtc = opponent.CreatedUtc, State = opponent.State }
                : result),
        ];
    }
}
