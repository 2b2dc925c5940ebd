using System.Globalization;
using System.Text.Json;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Model versions of projects: which there are, which one is promoted, and how to change that.</summary>
public sealed class ModelRegistry(
    IDbContextFactory<StudioDbContext> contexts,
    StudioWriter writer,
    ProjectAccess access,
    PromotionGate gate,
    StudioPaths paths,
    ChangeSignals signals,
    TimeProvider clock)
{
    private static readonly string[] Downloads = [ModelFolder.OnnxFile, ModelFolder.WeightsFile, ModelFolder.ManifestFile];

    /// <summary>The project's model versions, newest first.</summary>
    public async Task<IReadOnlyList<ModelSummary>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Summaries(db, db.ModelVersions.Where(model => model.ProjectId == projectId)).ToListAsync(cancellationToken);
    }

    public async Task<ModelSummary> GetAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var model = await Summaries(db, db.ModelVersions.Where(item => item.Id == modelVersionId)).SingleOrDefaultAsync(cancellationToken)
            ?? throw NotThere();
        await access.DemandAsync(userId, model.ProjectId, StudioRight.View, cancellationToken);
        return model;
    }

    /// <summary>The version that a program means.</summary>
    /// <param name="userId">Who asks; needs the right to view.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="name">"production" (as without any), "candidate", a version's number or its id.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ConflictException">No model is promoted yet.</exception>
    /// <exception cref="NotFoundException">The project has no such version.</exception>
    public async Task<ModelSummary> FindAsync(Guid userId, Guid projectId, string? name, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        if (string.IsNullOrEmpty(name) || name == ModelAlias.Production)
        {
            return await ProductionAsync(projectId, cancellationToken)
                ?? throw new ConflictException("No model is promoted in this project yet. Train one and promote it, then ask again.");
        }
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var models = db.ModelVersions.Where(model => model.ProjectId == projectId);
        var named = Guid.TryParse(name, out var id) ? models.Where(model => model.Id == id)
            : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? models.Where(model => model.Number == number)
            : models.Where(model => db.Set<ModelAlias>().Any(alias => alias.ModelVersionId == model.Id && alias.Name == name));
        return await Summaries(db, named).SingleOrDefaultAsync(cancellationToken)
            ?? throw new NotFoundException($"The project has no model version '{name}'. Take production, candidate, or a number or id from the project's list of models.");
    }

    /// <summary>Whether the model may replace the promoted one, and why not.</summary>
    public async Task<GateDecision> GateAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var model = await GetAsync(userId, modelVersionId, cancellationToken);
        return await gate.DecideAsync(modelVersionId, await ProductionIdAsync(model.ProjectId, cancellationToken), cancellationToken);
    }

    /// <summary>Makes the model the one that answers. Needs the right to promote.</summary>
    /// <param name="userId">Who promotes.</param>
    /// <param name="modelVersionId">The model.</param>
    /// <param name="overrideReason">Why the gate is overruled; needed only when it speaks against the model.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task PromoteAsync(Guid userId, Guid modelVersionId, string? overrideReason, CancellationToken cancellationToken)
    {
        var model = await GetAsync(userId, modelVersionId, cancellationToken);
        await access.DemandAsync(userId, model.ProjectId, StudioRight.Promote, cancellationToken);
        var productionId = await ProductionIdAsync(model.ProjectId, cancellationToken);
        if (productionId == modelVersionId)
        {
            throw new InvalidRequestException($"{model.Name} is promoted already.");
        }
        var decision = await gate.DecideAsync(modelVersionId, productionId, cancellationToken);
        var reason = string.IsNullOrWhiteSpace(overrideReason) ? null : overrideReason.Trim();
        if (!decision.Allowed && reason is null)
        {
            throw new ConflictException($"{model.Name} was not promoted. {string.Join(" ", decision.Reasons)} Give a reason to promote it all the same.");
        }
        DemandWhole(modelVersionId);
        await SwitchAsync(model.ProjectId, productionId, modelVersionId, userId, decision.Allowed ? null : reason, decision, isRollback: false, cancellationToken);
    }

    /// <summary>Goes back to the model that was promoted before. Needs the right to promote.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="mayLeaveNone">Go back even where no model was promoted before, so that none answers any more.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The model that answers now; null: none.</returns>
    /// <exception cref="ConflictException">No model was promoted before, and that was not agreed to.</exception>
    public async Task<ModelSummary?> RollBackAsync(Guid userId, Guid projectId, bool mayLeaveNone, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Promote, cancellationToken);
        var (productionId, previousId) = await PromotedAsync(projectId, cancellationToken);
        if (productionId is null)
        {
            throw new InvalidRequestException("No model is promoted, so there is nothing to roll back.");
        }
        if (previousId is { } id)
        {
            DemandWhole(id);
        }
        else if (!mayLeaveNone)
        {
            throw new ConflictException("No model was promoted before, so after a roll-back none would answer. Say that this is meant, or promote another model instead.");
        }
        await SwitchAsync(projectId, productionId, previousId, userId, null, null, isRollback: true, cancellationToken);
        return await ProductionAsync(projectId, cancellationToken);
    }

    /// <summary>A roll-back now would leave no model that answers. Needs the right to view.</summary>
    public async Task<bool> WouldLeaveNoneAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        return await PromotedAsync(projectId, cancellationToken) is { Now: not null, Before: null };
    }

    private async Task<(Guid? Now, Guid? Before)> PromotedAsync(Guid projectId, CancellationToken cancellationToken)
    {
        if (await ProductionIdAsync(projectId, cancellationToken) is not { } productionId)
        {
            return (null, null);
        }
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // The newest promotion (not a roll-back) of the present model tells what was there before it.
        var promoted = await db.Promotions.AsNoTracking()
            .Where(item => item.ProjectId == projectId && item.ModelVersionId == productionId && !item.IsRollback)
            .OrderByDescending(item => item.Id).FirstOrDefaultAsync(cancellationToken);
        return (productionId, promoted?.PreviousId);
    }

    /// <summary>The promoted model; null: none yet. Asks for no right: for services.</summary>
    public async Task<ModelSummary?> ProductionAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var promoted = db.Projects.Where(project => project.Id == projectId).Select(project => project.ProductionModelId);
        return await Summaries(db, db.ModelVersions.Where(model => promoted.Contains(model.Id))).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Path of one of the model's files for download: model.onnx, model.safetensors or manifest.json; null for any other name or a file that is gone. Needs the right to view.</summary>
    public async Task<string?> FindFileAsync(Guid userId, Guid modelVersionId, string file, CancellationToken cancellationToken)
    {
        await GetAsync(userId, modelVersionId, cancellationToken);
        var path = Path.Combine(paths.ModelFolder(modelVersionId), Path.GetFileName(file));
        return Downloads.Contains(file) && File.Exists(path) ? path : null;
    }

    private async Task SwitchAsync(
        Guid projectId,
        Guid? expectedId,
        Guid? modelVersionId,
        Guid userId,
        string? reason,
        GateDecision? decision,
        bool isRollback,
        CancellationToken cancellationToken)
    {
        await writer.WriteAsync(
            async (db, token) =>
            {
                var project = await db.Projects.SingleAsync(item => item.Id == projectId, token);
                if (project.ProductionModelId != expectedId)
                {
                    throw new ConflictException("Somebody else has just promoted another model. Look at the list of models and decide again.");
                }
                var number = await db.ModelVersions.Where(model => model.Id == modelVersionId).Select(model => (int?)model.Number).SingleOrDefaultAsync(token);
                if (modelVersionId is { } promotedId)
                {
                    await ModelAliases.ReleaseAsync(db, promotedId, token);
                }
                project.ProductionModelId = number is null ? null : modelVersionId;
                project.ProductionModel = number is { } known ? ModelVersion.NameOf(known) : null;
                db.Promotions.Add(new PromotionRecord
                {
                    ProjectId = projectId,
                    ModelVersionId = project.ProductionModelId,
                    PreviousId = expectedId,
                    UserId = userId,
                    AtUtc = clock.GetUtcNow().UtcDateTime,
                    Reason = reason,
                    GateJson = decision is null ? null : JsonSerializer.Serialize(decision),
                    IsRollback = isRollback,
                });
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Models | ChangeTopic.Project);
    }

    /// <summary>A model whose files are damaged must not become the one that answers.</summary>
    private void DemandWhole(Guid modelVersionId)
    {
        try
        {
            ModelFolder.Read(paths.ModelFolder(modelVersionId));
        }
        catch (ModelFolderException error)
        {
            throw new ConflictException(error.Message);
        }
    }

    private async Task<Guid?> ProductionIdAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Projects.Where(project => project.Id == projectId).Select(project => project.ProductionModelId).SingleOrDefaultAsync(cancellationToken);
    }

    private static IQueryable<ModelSummary> Summaries(StudioDbContext db, IQueryable<ModelVersion> models) =>
        models.AsNoTracking().Where(model => model.DeletedUtc == null).OrderByDescending(model => model.Number).Select(model => new ModelSummary(
            model.Id,
            model.ProjectId,
            model.Number,
            model.ParentId,
            db.ModelVersions.Where(parent => parent.Id == model.ParentId).Select(parent => (int?)parent.Number).FirstOrDefault(),
            model.RunId,
            db.TrainingRuns.Where(run => run.Id == model.RunId).Select(run => run.Name).FirstOrDefault() ?? "",
            model.DatasetSnapshotId,
            model.CreatedUtc,
            model.ClassCount,
            model.TestCount,
            model.TestAccuracy,
            model.TestMacroF1,
            db.Projects.Any(project => project.ProductionModelId == model.Id),
            db.Set<ModelAlias>().Any(alias => alias.ModelVersionId == model.Id && alias.Name == ModelAlias.Candidate)));

    private static NotFoundException NotThere() => new("The model version is not there any more.");
}
