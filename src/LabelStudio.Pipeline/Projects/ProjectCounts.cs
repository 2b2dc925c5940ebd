using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Projects;

/// <summary>
/// Numbers of a project that later stages keep the rows of. Read by SQL text, because a stage must not know the later
/// stages' types; each number comes from an index alone.
/// </summary>
internal sealed record ProjectCounts(
    Guid ProjectId, int Unlabelled, int Labelled, int Discarded, int Flagged, int Classes)
{
    public int Images => Unlabelled + Labelled + Discarded;

    /// <param name="projectId">One project; null: all.</param>
    public static async Task<Dictionary<Guid, ProjectCounts>> ReadAsync(
        StudioDbContext db, Guid? projectId, CancellationToken cancellationToken)
    {
        var query = db.Projects.AsNoTracking().Where(project => projectId == null || project.Id == projectId);
        var ids = await query.Select(project => project.Id).ToListAsync(cancellationToken);
        var rows = await db.Database.SqlQuery<CountRow>(
            $"""
            SELECT "ProjectId", "State" AS "Name", COUNT(*) AS "Count" FROM "Images"
            WHERE {projectId} IS NULL OR "ProjectId" = {projectId} GROUP BY "ProjectId", "State"
            UNION ALL
            SELECT "ProjectId", 'Flagged' AS "Name", COUNT(*) AS "Count" FROM "Images"
            WHERE "IsFlagged" AND ({projectId} IS NULL OR "ProjectId" = {projectId}) GROUP BY "ProjectId"
            UNION ALL
            SELECT "ProjectId", 'Classes' AS "Name", COUNT(*) AS "Count" FROM "Classes"
            WHERE NOT "IsArchived" AND NOT "IsCombination" AND ({projectId} IS NULL OR "ProjectId" = {projectId}) GROUP BY "ProjectId"
            """).ToListAsync(cancellationToken);
        var numbers = rows.ToDictionary(row => (row.ProjectId, row.Name), row => row.Count);
        return ids.ToDictionary(id => id, id => new ProjectCounts(
            id, Number(id, "Unlabelled"), Number(id, "Labelled"), Number(id, "Discarded"), Number(id, "Flagged"), Number(id, "Classes")));

        int Number(Guid id, string name) => numbers.GetValueOrDefault((id, name));
    }

    private sealed record CountRow(Guid ProjectId, string Name, int Count);
}
