using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Reads which classes of a project were merged or archived.</summary>
internal static class RetiredClasses
{
    public static async Task<IReadOnlyList<RetiredClass>> ListAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken) =>
        Of(await db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId).ToListAsync(cancellationToken));

    public static IReadOnlyList<RetiredClass> Of(IReadOnlyCollection<ClassDefinition> classes) =>
        [.. classes.Where(item => item.IsArchived || item.MergedIntoId is not null)
            .Select(item => new RetiredClass(item.Id, MergedClasses.Resolve(classes, item) is { IsArchived: false } target && target.Id != item.Id ? target.Id : null))];
}
