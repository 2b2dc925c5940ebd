using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>A model version with those that it was trained from, one after the other; deleted ones have their place too.</summary>
internal static class ModelLineage
{
    /// <summary>The version itself first, the eldest last.</summary>
    public static async Task<IReadOnlyList<(Guid Id, int Number)>> ReadAsync(
        StudioDbContext db, Guid projectId, Guid modelVersionId, CancellationToken cancellationToken)
    {
        var versions = await db.ModelVersions.AsNoTracking().Where(item => item.ProjectId == projectId)
            .Select(item => new { item.Id, item.Number, item.ParentId }).ToDictionaryAsync(item => item.Id, cancellationToken);
        List<(Guid, int)> lineage = [];
        for (Guid? next = modelVersionId; next is { } id && versions.TryGetValue(id, out var version); next = version.ParentId)
        {
            lineage.Add((id, version.Number));
        }
        return lineage;
    }
}
