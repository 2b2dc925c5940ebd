using System.Globalization;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Evaluations of model versions on chosen dataset versions: asked for, listed, renamed, stopped, deleted.</summary>
public sealed class NamedEvaluations(
    IDbContextFactory<StudioDbContext> contexts,
    StudioWriter writer,
    ProjectAccess access,
    DatasetSnapshots snapshots,
    StudioPaths paths,
    EvaluationWorker worker,
    ChangeSignals signals,
    TimeProvider clock)
{
    /// <summary>The project's evaluations, newest first. Needs the right to view.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="modelVersionId">Only those of this model; null: of all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<IReadOnlyList<EvaluationSummary>> ListAsync(Guid userId, Guid projectId, Guid? modelVersionId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await Summaries(db, db.Set<NamedEvaluation>().Where(item => item.ProjectId == projectId && (modelVersionId == null || item.ModelVersionId == modelVersionId)))
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(WithProgress);
    }

    /// <summary>One evaluation. Needs the right to view.</summary>
    public async Task<EvaluationSummary> GetAsync(Guid userId, Guid evaluationId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await Summaries(db, db.Set<NamedEvaluation>().Where(item => item.Id == evaluationId)).SingleOrDefaultAsync(cancellationToken) ?? throw NotThere();
        await access.DemandAsync(userId, row.ProjectId, StudioRight.View, cancellationToken);
        return WithProgress(row);
    }

    /// <summary>Queues an evaluation. Needs the right to train.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="InvalidRequestException">There is nothing to ask about, or the models are no two of the project.</exception>
    public async Task<Guid> StartAsync(Guid userId, Guid projectId, NewEvaluation order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        await access.DemandAsync(userId, projectId, StudioRight.Train, cancellationToken);
        if (order.Name is not null)
        {
            DemandName(order.Name);
        }
        var comparedId = await ComparedAsync(projectId, order, cancellationToken);
        var snapshotId = await SnapshotAsync(projectId, order.DatasetSnapshotId, cancellationToken);
        var row = await writer.WriteAsync(
            async (db, token) =>
            {
                var all = db.Set<NamedEvaluation>().Where(item => item.ProjectId == projectId);
                if (await all.AnyAsync(item => item.ModelVersionId == order.ModelVersionId && item.ComparedModelId == comparedId && item.DatasetSnapshotId == snapshotId
                    && (item.State == EvaluationState.Waiting || item.State == EvaluationState.Running), token))
                {
                    throw new ConflictException("This evaluation is under way already. Wait for its end, or cancel it.");
                }
                var number = await all.CountAsync(token) + 1;
                var added = new NamedEvaluation
                {
                    Id = Guid.CreateVersion7(clock.GetUtcNow()),
                    ProjectId = projectId,
                    ModelVersionId = order.ModelVersionId,
                    ComparedModelId = comparedId,
                    DatasetSnapshotId = snapshotId,
                    Name = order.Name?.Trim() ?? string.Create(CultureInfo.InvariantCulture, $"Evaluation {number}"),
                    CreatedBy = userId,
                    CreatedUtc = clock.GetUtcNow().UtcDateTime,
                };
                db.Add(added);
                return added;
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Evaluations);
        worker.Wake();
        return row.Id;
    }

    /// <summary>Gives an evaluation another name. Needs the right to train.</summary>
    public async Task RenameAsync(Guid userId, Guid evaluationId, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        DemandName(name);
        await ChangeAsync(userId, evaluationId, (_, row) => row.Name = name.Trim(), cancellationToken);
    }

    /// <summary>Stops an evaluation that is not over; no result is kept. Needs the right to train.</summary>
    public async Task CancelAsync(Guid userId, Guid evaluationId, CancellationToken cancellationToken) => await ChangeAsync(
        userId,
        evaluationId,
        (_, row) =>
        {
            if (row.IsEnded)
            {
                throw new ConflictException($"'{row.Name}' is over already. Delete it if its result is not wanted.");
            }
            // One that runs and that the worker does not hold waits for its next try.
            if (row.State == EvaluationState.Waiting || !worker.Cancel(evaluationId))
            {
                (row.State, row.EndedUtc) = (EvaluationState.Cancelled, clock.GetUtcNow().UtcDateTime);
            }
        },
        cancellationToken);

    /// <summary>Deletes an evaluation that is over, with its result. Needs the right to train.</summary>
    public async Task DeleteAsync(Guid userId, Guid evaluationId, CancellationToken cancellationToken)
    {
        await ChangeAsync(
            userId,
            evaluationId,
            (db, row) =>
            {
                if (!row.IsEnded)
                {
                    throw new ConflictException($"'{row.Name}' is not over yet. Cancel it first.");
                }
                db.Remove(row);
            },
            cancellationToken);
        DeleteFiles(evaluationId);
    }

    /// <summary>Removes what was found about a model that is deleted, and about others against it; part of a write.</summary>
    /// <returns>The evaluations, for <see cref="Drop"/> after the write.</returns>
    internal static async Task<IReadOnlyList<Guid>> RemoveOfModelAsync(StudioDbContext db, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var rows = await db.Set<NamedEvaluation>().Where(item => item.ModelVersionId == modelVersionId || item.ComparedModelId == modelVersionId).ToListAsync(cancellationToken);
        db.RemoveRange(rows);
        return rows.ConvertAll(row => row.Id);
    }

    /// <summary>Ends evaluations that were removed, and deletes their results.</summary>
    internal void Drop(IReadOnlyList<Guid> removed)
    {
        foreach (var id in removed)
        {
            worker.Cancel(id);
            DeleteFiles(id);
        }
    }

    private async Task ChangeAsync(Guid userId, Guid evaluationId, Action<StudioDbContext, NamedEvaluation> change, CancellationToken cancellationToken)
    {
        var projectId = (await GetAsync(userId, evaluationId, cancellationToken)).ProjectId;
        await access.DemandAsync(userId, projectId, StudioRight.Train, cancellationToken);
        await writer.WriteAsync(
            async (db, token) => change(db, await db.Set<NamedEvaluation>().SingleOrDefaultAsync(item => item.Id == evaluationId, token) ?? throw NotThere()),
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Evaluations | ChangeTopic.Models);
    }

    private async Task<Guid?> ComparedAsync(Guid projectId, NewEvaluation order, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var models = await db.TrainingRuns.Where(run => run.ProjectId == projectId && run.ModelVersionId != null)
            .Select(run => new { Id = run.ModelVersionId!.Value, run.ParentModelId }).ToDictionaryAsync(run => run.Id, run => run.ParentModelId, cancellationToken);
        if (!models.TryGetValue(order.ModelVersionId, out var parentId))
        {
            throw new InvalidRequestException("The project has no such model. Choose one from its list of models.");
        }
        if (order.ComparedModelId is { } wanted)
        {
            return models.ContainsKey(wanted) && wanted != order.ModelVersionId ? wanted
                : throw new InvalidRequestException("A model is held against another one of the same project. Choose another one.");
        }
        var productionId = await db.Projects.Where(project => project.Id == projectId).Select(project => project.ProductionModelId).SingleAsync(cancellationToken);
        return new[] { productionId, parentId }.FirstOrDefault(id => id is { } known && known != order.ModelVersionId && models.ContainsKey(known));
    }

    private async Task<Guid> SnapshotAsync(Guid projectId, Guid? wanted, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var snapshot = wanted is not { } id ? await snapshots.CreateAsync(projectId, cancellationToken)
            : await db.DatasetSnapshots.AsNoTracking().SingleOrDefaultAsync(item => item.Id == id && item.ProjectId == projectId, cancellationToken)
            ?? throw new InvalidRequestException("The project has no such dataset version. Choose one from its list of versions.");
        return snapshot.TestCount > 0 ? snapshot.Id
            : throw new InvalidRequestException("This dataset version has no labelled test image, so there is nothing to ask a model about. Label images of the test split, or choose another version.");
    }

    private EvaluationSummary WithProgress(EvaluationSummary row)
    {
        var (done, total) = worker.ProgressOf(row.Id);
        return row with { Done = done, Total = total };
    }

    private void DeleteFiles(Guid evaluationId) => EvaluationFiles.Delete(paths.EvaluationFolder(evaluationId));

    private static IQueryable<EvaluationSummary> Summaries(StudioDbContext db, IQueryable<NamedEvaluation> rows) =>
        rows.AsNoTracking().OrderByDescending(item => item.CreatedUtc).ThenByDescending(item => item.Id).Select(item => new EvaluationSummary(
            item.Id,
            item.ProjectId,
            item.ModelVersionId,
            item.ComparedModelId,
            item.DatasetSnapshotId,
            item.Name,
            db.Users.Where(user => user.Id == item.CreatedBy).Select(user => user.DisplayName).FirstOrDefault() ?? "",
            item.CreatedUtc,
            item.State,
            item.Problem,
            item.TestCount,
            item.Accuracy,
            item.MacroF1));

    private static void DemandName(string name)
    {
        if (name.Trim().Length is 0 or > NamedEvaluation.LongestName)
        {
            throw new InvalidRequestException($"An evaluation's name has 1 to {NamedEvaluation.LongestName} letters. Write a shorter one, or one at all.");
        }
    }

    private static NotFoundException NotThere() => new("The evaluation is not there any more.");
}
