using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Pipeline.Tests.Labelling;

internal static class SeveralClasses
{
    /// <summary>From now on images of the project may have several classes; or one each again.</summary>
    public static async Task TakeAsync(TemporaryStudio studio, Guid userId, Guid projectId, bool takes = true)
    {
        var projects = studio.Get<ProjectCatalog>();
        var now = await projects.GetAsync(userId, projectId, CancellationToken.None);
        var update = new ProjectUpdate(
            now.Name, now.Description, now.Guidelines, now.TrainPercent, now.ValidationPercent, now.TestPercent, now.DefaultOrder, now.SuggestionSource)
        {
            TakesSeveralClasses = takes,
        };
        await projects.UpdateAsync(userId, projectId, update, CancellationToken.None);
    }
}
