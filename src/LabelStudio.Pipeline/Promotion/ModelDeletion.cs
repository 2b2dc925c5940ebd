using System.Globalization;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Deletes model versions that nothing rests on, and says beforehand what goes with them.</summary>
public sealed class ModelDeletion(
    IDbContextFactory<StudioDbContext> contexts,
    StudioWriter writer,
    ModelRegistry models,
    NamedEvaluations evaluations,
    ProjectAccess access,
    StudioPaths paths,
    ChangeSignals signals,
    TimeProvider clock,
    ILogger<ModelDeletion> log)
{
    /// <summary>What deleting would mean. Needs the right to view.</summary>
    public async Task<DeletionOutlook> LookAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var model = await models.GetAsync(userId, modelVersionId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var blockers = await BlockersAsync(db, model, cancellationToken);
        return new DeletionOutlook(blockers, await LossesAsync(db, model, cancellationToken));
    }

    /// <summary>Deletes the model's files; the history goes on naming it. Needs the right to promote.</summary>
    /// <exception cref="ConflictException">The model is published, or something rests on it.</exception>
    public async Task DeleteAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var model = await models.GetAsync(userId, modelVersionId, cancellationToken);
        await access.DemandAsync(userId, model.ProjectId, StudioRight.Promote, cancellationToken);
        var found = await writer.WriteAsync(
            async (db, token) =>
            {
                // Looked at again within the write: a promotion may have come in between.
                if (await BlockersAsync(db, model, token) is { Count: > 0 } blockers)
                {
                    throw new ConflictException($"{model.Name} was not deleted. {string.Join(" ", blockers)}");
                }
                var version = await db.ModelVersions.SingleAsync(item => item.Id == modelVersionId, token);
                var now = clock.GetUtcNow().UtcDateTime;
                version.DeletedUtc = now;
                db.Add(new ModelAct { ProjectId = model.ProjectId, ModelVersionId = modelVersionId, Kind = ModelActKind.Deleted, UserId = userId, AtUtc = now });
                var run = await db.TrainingRuns.SingleAsync(item => item.Id == version.RunId, token);
                run.ModelVersionId = null;
                await ModelAliases.ReleaseAsync(db, modelVersionId, token);
                return await NamedEvaluations.RemoveOfModelAsync(db, modelVersionId, token);
            },
            cancellationToken);
        // From here on it is deleted, whether or not whoever asked still waits.
        evaluations.Drop(found);
        Directory.Delete(paths.ModelFolder(modelVersionId), recursive: true);
        log.LogInformation("{Model} ({ModelVersionId}) of project {ProjectId} was deleted by {UserId}", model.Name, modelVersionId, model.ProjectId, userId);
        signals.Publish(model.ProjectId, ChangeTopic.Models | ChangeTopic.Runs);
    }

    private static async Task<List<string>> BlockersAsync(StudioDbContext db, ModelSummary model, CancellationToken cancellationToken)
    {
        var blockers = new List<string>();
        var productionId = await db.Projects.Where(project => project.Id == model.ProjectId).Select(project => project.ProductionModelId).SingleAsync(cancellationToken);
        if (productionId == model.Id)
        {
            blockers.Add("It is in production: promote another version or roll back first.");
        }
        else if (productionId is not null)
        {
            if (await db.ModelVersions.AnyAsync(item => item.Id == productionId && item.ParentId == model.Id, cancellationToken))
            {
                blockers.Add("The model in production was trained from it and is judged against it.");
            }
            var promoted = await db.Promotions.Where(item => item.ModelVersionId == productionId && !item.IsRollback).OrderByDescending(item => item.Id).FirstOrDefaultAsync(cancellationToken);
            if (promoted?.PreviousId == model.Id)
            {
                blockers.Add("Rolling back would return to it.");
            }
        }
        var runs = await db.TrainingRuns.Where(run => run.ParentModelId == model.Id).Select(run => run.State).ToListAsync(cancellationToken);
        if (runs.Any(state => !state.IsEnded()))
        {
            blockers.Add("A training run that is not over begins with it.");
        }
        return blockers;
    }

    private static async Task<List<string>> LossesAsync(StudioDbContext db, ModelSummary model, CancellationToken cancellationToken)
    {
        var losses = new List<string> { string.Create(CultureInfo.InvariantCulture, $"Its weights, its ONNX file and its results on {model.TestCount} test images. The run, its curves and all images and labels stay.") };
        var children = await db.ModelVersions.Where(item => item.ParentId == model.Id && item.DeletedUtc == null).OrderBy(item => item.Number).Select(item => item.Number).ToListAsync(cancellationToken);
        if (children.Count > 0)
        {
            losses.Add($"{string.Join(", ", children.Select(ModelVersion.NameOf))} can no longer be held against it image by image.");
        }
        var evaluations = await db.Set<NamedEvaluation>().CountAsync(item => item.ModelVersionId == model.Id || item.ComparedModelId == model.Id, cancellationToken);
        if (evaluations > 0)
        {
            losses.Add(evaluations == 1 ? "The evaluation that was made of it or against it." : string.Create(CultureInfo.InvariantCulture, $"{evaluations} evaluations that were made of it or against it."));
        }
        if (await db.Set<ThresholdRecord>().AnyAsync(item => item.ModelVersionId == model.Id, cancellationToken))
        {
            losses.Add("The thresholds that were set for it.");
        }
        if (model.IsCandidate)
        {
            losses.Add("The alias “candidate”, which points at it.");
        }
        return losses;
    }
}
