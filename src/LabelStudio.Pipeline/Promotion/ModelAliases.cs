using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Moves the alias "candidate"; "production" moves by promoting and rolling back.</summary>
public sealed class ModelAliases(StudioWriter writer, ModelRegistry models, ProjectAccess access, ChangeSignals signals, TimeProvider clock)
{
    /// <summary>Makes a model version the candidate. Needs the right to promote.</summary>
    public async Task MakeCandidateAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var model = await models.GetAsync(userId, modelVersionId, cancellationToken);
        await access.DemandAsync(userId, model.ProjectId, StudioRight.Promote, cancellationToken);
        if (model.IsProduction)
        {
            throw new InvalidRequestException($"{model.Name} is in production already. Make another version the candidate.");
        }
        await writer.WriteAsync(
            async (db, token) =>
            {
                await PointAsync(db, model.ProjectId, modelVersionId, token);
                db.Add(new ModelAct
                {
                    ProjectId = model.ProjectId,
                    ModelVersionId = modelVersionId,
                    Kind = ModelActKind.MadeCandidate,
                    UserId = userId,
                    AtUtc = clock.GetUtcNow().UtcDateTime,
                });
            },
            cancellationToken);
        signals.Publish(model.ProjectId, ChangeTopic.Models);
    }

    /// <summary>Within a write: the newest model is the candidate until somebody points elsewhere.</summary>
    internal static async Task PointAsync(StudioDbContext db, Guid projectId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var alias = await db.Set<ModelAlias>().SingleOrDefaultAsync(item => item.ProjectId == projectId && item.Name == ModelAlias.Candidate, cancellationToken);
        if (alias is null)
        {
            db.Add(new ModelAlias { ProjectId = projectId, Name = ModelAlias.Candidate, ModelVersionId = modelVersionId });
        }
        else
        {
            alias.ModelVersionId = modelVersionId;
        }
    }

    /// <summary>Within a write: a model that is promoted or deleted is no candidate any more.</summary>
    internal static Task<int> ReleaseAsync(StudioDbContext db, Guid modelVersionId, CancellationToken cancellationToken) =>
        db.Set<ModelAlias>().Where(item => item.ModelVersionId == modelVersionId).ExecuteDeleteAsync(cancellationToken);
}
