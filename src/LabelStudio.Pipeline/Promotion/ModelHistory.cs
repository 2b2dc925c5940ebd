using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Who did what with a project's models.</summary>
public sealed class ModelHistory(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access)
{
    /// <summary>Promotions, roll-backs, changes of the candidate and deletions, newest first. Needs the right to view.</summary>
    public async Task<IReadOnlyList<ModelHistoryEntry>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Deleted models too: the history goes on naming them.
        var names = (await db.ModelVersions.AsNoTracking().Where(model => model.ProjectId == projectId)
            .Select(model => new { model.Id, model.Number }).ToListAsync(cancellationToken))
            .ToDictionary(model => model.Id, model => ModelVersion.NameOf(model.Number));
        var promotions = await db.Promotions.AsNoTracking().Where(item => item.ProjectId == projectId).OrderByDescending(item => item.Id).ToListAsync(cancellationToken);
        var acts = await db.Set<ModelAct>().AsNoTracking().Where(item => item.ProjectId == projectId).OrderByDescending(item => item.Id).ToListAsync(cancellationToken);
        var ids = promotions.Select(item => item.UserId).Concat(acts.Select(item => item.UserId)).Distinct().ToList();
        var people = await db.Users.AsNoTracking().Where(user => EF.Parameter(ids).Contains(user.Id))
            .ToDictionaryAsync(user => user.Id, user => user.DisplayName, cancellationToken);
        return
        [
            .. promotions.Select(item => new ModelHistoryEntry(
                    item.IsRollback ? ModelActKind.RolledBack : ModelActKind.Promoted, item.ModelVersionId, NameOf(item.ModelVersionId), NameOf(item.PreviousId), PersonOf(item.UserId), item.AtUtc, item.Reason))
                .Concat(acts.Select(item => new ModelHistoryEntry(item.Kind, item.ModelVersionId, NameOf(item.ModelVersionId), null, PersonOf(item.UserId), item.AtUtc, null)))
                .OrderByDescending(entry => entry.AtUtc),
        ];

        string? NameOf(Guid? modelVersionId) => modelVersionId is { } id ? names.GetValueOrDefault(id) : null;

        string PersonOf(Guid id) => people.GetValueOrDefault(id) ?? "";
    }
}
