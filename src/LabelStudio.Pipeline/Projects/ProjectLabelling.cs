using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Projects;

/// <summary>What a project says of its images' labels, asked by the stages that give or read them.</summary>
internal static class ProjectLabelling
{
    /// <summary>An image may have several classes at once, or none of them; false also where there is no such project.</summary>
    public static Task<bool> TakesSeveralClassesAsync(this StudioDbContext db, Guid projectId, CancellationToken cancellationToken) =>
        db.Projects.AnyAsync(project => project.Id == projectId && project.TakesSeveralClasses, cancellationToken);
}
