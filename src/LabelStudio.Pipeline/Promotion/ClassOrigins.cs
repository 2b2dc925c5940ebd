using LabelStudio.Pipeline.Evaluation;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Tells since which model version a model knows its classes.</summary>
public sealed class ClassOrigins(IDbContextFactory<StudioDbContext> contexts, ModelRegistry models, EvaluationReports reports)
{
    /// <summary>
    /// For each class the name of the first version, of those the model was trained from one after the other, that knew it.
    /// Of deleted versions only what their successors tell is known: where that ends, the last version that is sure is named.
    /// Needs the right to view.
    /// </summary>
    public async Task<IReadOnlyDictionary<Guid, string>> OfAsync(Guid userId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var model = await models.GetAsync(userId, modelVersionId, cancellationToken);
        var report = await reports.FindAsync(modelVersionId, cancellationToken);
        if (report is null)
        {
            return new Dictionary<Guid, string>();
        }
        var since = report.Classes.ToDictionary(item => item.Id, _ => model.Name);
        var known = since.Keys.ToHashSet();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var versions = await db.ModelVersions.AsNoTracking().Where(item => item.ProjectId == model.ProjectId)
            .Select(item => new { item.Id, item.Number, item.ParentId }).ToDictionaryAsync(item => item.Id, cancellationToken);
        var child = report;
        for (var parentId = model.ParentId; parentId is { } id && versions.TryGetValue(id, out var parent); parentId = parent.ParentId)
        {
            var own = await reports.FindAsync(id, cancellationToken);
            if ((own is null ? KnownToParent(child) : own.Classes.Select(item => item.Id)) is not { } classes)
            {
                break;
            }
            known.IntersectWith(classes);
            foreach (var classId in known)
            {
                since[classId] = ModelVersion.NameOf(parent.Number);
            }
            child = own;
        }
        return since;
    }

    /// <summary>Null: the report is not held against the parent, and says nothing of it.</summary>
    private static IEnumerable<Guid>? KnownToParent(EvaluationReport? child) =>
        child?.Comparison is { IsParent: true } ? child.Classes.Where(item => !item.IsNew).Select(item => item.Id) : null;
}
