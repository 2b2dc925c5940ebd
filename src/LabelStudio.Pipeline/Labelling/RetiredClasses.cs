using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Reads which classes of a project were merged or archived.</summary>
internal static class RetiredClasses
{
    public static async Task<IReadOnlyList<RetiredClass>> ListAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken)
    {
        var classes = await db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId).ToListAsync(cancellationToken);
        var present = MergedClasses.Present(classes);
        return [.. classes.Where(item => item.IsArchived || item.MergedIntoId is not null).Select(item => new RetiredClass(item.Id, present.GetValueOrDefault(item.Id)?.Id))];
    }
}
