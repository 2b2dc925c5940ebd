using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Labelling;

internal static class SeveralClassesProjects
{
    /// <summary>From now on an image of the project may have several classes.</summary>
    public static Task TakeSeveralClassesAsync(this TemporaryStudio studio, Guid projectId) => studio.Get<StudioWriter>().TakeSeveralClassesAsync(projectId);

    public static Task TakeSeveralClassesAsync(this StudioWriter writer, Guid projectId) => writer.WriteAsync(
        (db, token) => db.Projects.Where(project => project.Id == projectId)
            .ExecuteUpdateAsync(row => row.SetProperty(project => project.TakesSeveralClasses, true), token),
        CancellationToken.None);
}
