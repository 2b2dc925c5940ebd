using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Finds where models were asked about the same test images, newest labels first: figures on others say little of two models.</summary>
public sealed class CommonEvaluations(IDbContextFactory<StudioDbContext> contexts, EvaluationReports reports)
{
    /// <summary>
    /// What is known of a model held against another on the same images; null: they never were. An evaluation on less than half
    /// as many images as the run's own comparison has does not take its place.
    /// </summary>
    public async Task<EvaluationReport?> AgainstAsync(Guid modelVersionId, Guid otherId, CancellationToken cancellationToken)
    {
        var own = await reports.FindAsync(modelVersionId, cancellationToken);
        if (own?.Comparison?.ParentModelId != otherId || own.Metrics is null)
        {
            own = null;
        }
        var fewest = Math.Max(1, ((own?.Metrics?.Count ?? 0) + 1) / 2);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var newest = await db.Set<NamedEvaluation>()
            .Where(item => item.ModelVersionId == modelVersionId && item.ComparedModelId == otherId && item.State == EvaluationState.Succeeded && item.TestCount >= fewest)
            .Select(item => new { item.Id, item.CreatedUtc, VersionUtc = db.DatasetSnapshots.First(snapshot => snapshot.Id == item.DatasetSnapshotId).CreatedUtc })
            .OrderByDescending(item => item.VersionUtc).ThenByDescending(item => item.CreatedUtc)
            .FirstOrDefaultAsync(cancellationToken);
        var ownVersionUtc = own is null ? null
            : await db.DatasetSnapshots.Where(snapshot => snapshot.Id == own.DatasetSnapshotId).Select(snapshot => (DateTime?)snapshot.CreatedUtc).SingleOrDefaultAsync(cancellationToken);
        return newest is null || (own is not null && ownVersionUtc > newest.VersionUtc) ? own : await reports.FindAsync(newest.Id, cancellationToken) ?? own;
    }

    /// <summary>An evaluation of each model on the newest dataset version that all of them were evaluated on; empty: there is none.</summary>
    public async Task<IReadOnlyDictionary<Guid, Guid>> OnOneVersionAsync(IReadOnlyCollection<Guid> modelVersionIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(modelVersionIds);
        var ids = modelVersionIds.ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var named = await db.Set<NamedEvaluation>().Where(item => EF.Parameter(ids).Contains(item.ModelVersionId) && item.State == EvaluationState.Succeeded && item.TestCount > 0)
            .OrderByDescending(item => item.CreatedUtc).Select(item => new { item.Id, item.ModelVersionId, item.DatasetSnapshotId }).ToListAsync(cancellationToken);
        var own = await db.TrainingRuns.Where(run => run.ModelVersionId != null && EF.Parameter(ids).Contains(run.ModelVersionId.Value))
            .Select(run => new { Id = run.ModelVersionId!.Value, ModelVersionId = run.ModelVersionId!.Value, run.DatasetSnapshotId }).ToListAsync(cancellationToken);
        var complete = named.Concat(own).GroupBy(item => item.DatasetSnapshotId)
            .Where(group => ids.All(id => group.Any(item => item.ModelVersionId == id))).ToDictionary(group => group.Key);
        var versions = complete.Keys.ToArray();
        var newest = await db.DatasetSnapshots.Where(snapshot => EF.Parameter(versions).Contains(snapshot.Id))
            .OrderByDescending(snapshot => snapshot.CreatedUtc).Select(snapshot => (Guid?)snapshot.Id).FirstOrDefaultAsync(cancellationToken);
        return newest is { } version ? ids.Distinct().ToDictionary(id => id, id => complete[version].First(item => item.ModelVersionId == id).Id) : new Dictionary<Guid, Guid>();
    }
}
