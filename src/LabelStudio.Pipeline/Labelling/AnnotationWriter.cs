using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Writes decisions: a few queries for any number of them, one transaction, one signal.</summary>
public sealed class AnnotationWriter(StudioWriter writer, QualityPlans plans, ChangeSignals signals, TimeProvider clock)
{
    /// <param name="actionId">All decisions are one action, taken back together; null: each is its own.</param>
    /// <param name="startsAction">False: more of an action that was begun before.</param>
    /// <param name="origin">How all came about; null: each by its suggestion.</param>
    internal async Task<IReadOnlyList<DecisionResult>> WriteAsync(
        Guid userId,
        Guid projectId,
        IReadOnlyList<Decision> decisions,
        Guid? actionId,
        bool startsAction,
        AnnotationOrigin? origin,
        CancellationToken cancellationToken)
    {
        var plan = await plans.OfAsync(projectId, cancellationToken);
        var results = await writer.WriteAsync(
            async (db, token) =>
            {
                var act = new DecisionAct(
                    userId,
                    clock.GetUtcNow().UtcDateTime,
                    await OntologyVersionAsync(db, projectId, token),
                    actionId,
                    startsAction,
                    origin);
                var batch = await ReadAsync(db, plan, decisions, act, token);
                var decided = decisions.Select(batch.Decide).ToList();
                db.Annotations.AddRange(batch.Annotations);
                return await NameOpponentsAsync(db, decided, token);
            },
            cancellationToken);
        if (results.Any(result => result.Outcome == DecisionOutcome.Saved))
        {
            signals.Publish(projectId, ChangeTopic.Labels);
        }

        return results;
    }

    private static async Task<DecisionBatch> ReadAsync(
        StudioDbContext db, QualityPlan plan, IReadOnlyList<Decision> decisions, DecisionAct act, CancellationToken cancellationToken)
    {
        var projectId = plan.ProjectId;
        var imageIds = decisions.Select(decision => decision.ImageId).Distinct().ToArray();
        var decisionIds = decisions.Select(decision => decision.Id).ToArray();
        var images = await db.Images
            .Where(image => EF.Parameter(imageIds).Contains(image.Id) && image.ProjectId == projectId)
            .ToDictionaryAsync(image => image.Id, cancellationToken);
        var saved = await db.Annotations.AsNoTracking()
            .Where(annotation => EF.Parameter(decisionIds).Contains(annotation.DecisionId))
            .ToDictionaryAsync(annotation => annotation.DecisionId, cancellationToken);
        var classes = await ClassesAsync(db, projectId, decisions, cancellationToken);
        var round = act.Origin is null && (plan.HasOverlap || plan.HasChecks)
            ? await VoteRound.ReadAsync(db, plan, images.Values, cancellationToken)
            : VoteRound.Off;
        return new DecisionBatch(images, saved, classes, round, act);
    }

    /// <summary>The classes asked for; where one of them was merged, all, to find what it was merged into.</summary>
    private static async Task<List<ClassDefinition>> ClassesAsync(
        StudioDbContext db, Guid projectId, IReadOnlyList<Decision> decisions, CancellationToken cancellationToken)
    {
        var asked = decisions.Select(decision => decision.ClassId).OfType<Guid>().Distinct().ToArray();
        if (asked.Length == 0)
        {
            return [];
        }

        var all = db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId);
        var classes = await all.Where(item => EF.Parameter(asked).Contains(item.Id)).ToListAsync(cancellationToken);
        return classes.Exists(item => item.MergedIntoId is not null) ? await all.ToListAsync(cancellationToken) : classes;
    }

    private static async Task<int> OntologyVersionAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken) =>
        await db.Projects.Where(project => project.Id == projectId)
            .Select(project => (int?)project.OntologyVersion)
            .FirstOrDefaultAsync(cancellationToken) ?? throw ProjectCatalog.Missing();

    /// <summary>Says who decided meanwhile: a person is easier to talk to than "somebody".</summary>
    private static async Task<IReadOnlyList<DecisionResult>> NameOpponentsAsync(
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
            select new { annotation.ImageId, annotation.Id, user.DisplayName }).ToListAsync(cancellationToken);
        var latest = names.GroupBy(row => row.ImageId).ToDictionary(group => group.Key, group => group.MaxBy(row => row.Id)!.DisplayName);
        return
        [
            .. results.Select(result => result.Outcome == DecisionOutcome.Conflict
                ? result with { ConflictUserName = latest.GetValueOrDefault(result.ImageId) }
                : result),
        ];
    }
}
