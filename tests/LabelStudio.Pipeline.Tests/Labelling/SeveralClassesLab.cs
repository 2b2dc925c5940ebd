using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>What tests of projects repeat whose images may have several classes.</summary>
internal static class SeveralClassesLab
{
    public static async Task AllowAsync(LabellingFixture lab, bool isAllowed = true)
    {
        var catalog = lab.Studio.Get<ProjectCatalog>();
        var now = await catalog.GetAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
        var update = new ProjectUpdate(
            now.Name, now.Description, now.Guidelines, now.TrainPercent, now.ValidationPercent, now.TestPercent, now.DefaultOrder, now.SuggestionSource)
        {
            TakesSeveralClasses = isAllowed,
        };
        await catalog.UpdateAsync(lab.UserId, lab.ProjectId, update, CancellationToken.None);
    }

    /// <summary>The first images get these classes each; null: the image stays as it is.</summary>
    public static async Task LabelEachAsync(LabellingFixture lab, params Guid[]?[] labels)
    {
        foreach (var (place, classIds) in labels.Index())
        {
            if (classIds is not null)
            {
                await lab.DecideAsync(new Decision(Guid.NewGuid(), lab.Images[place], AnnotationKind.Label) { ClassIds = classIds });
            }
        }
    }

    /// <summary>The names of the images' labels; null: none.</summary>
    public static async Task<string?[]> LabelsAsync(LabellingFixture lab, long[] images)
    {
        await using var db = lab.Studio.OpenDatabase();
        var names = await (
            from image in db.Images
            where images.Contains(image.Id)
            select new { image.Id, Name = db.Classes.Where(item => item.Id == image.LabelClassId).Select(item => item.Name).FirstOrDefault() })
            .ToDictionaryAsync(image => image.Id, image => image.Name);
        return [.. images.Select(id => names[id])];
    }
}
