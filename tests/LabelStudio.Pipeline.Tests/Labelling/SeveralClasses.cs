using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>What tests of projects repeat whose images may have several classes.</summary>
internal static class SeveralClasses
{
    /// <summary>A project with the classes Owl and Robin whose images may have both, or none.</summary>
    public static async Task<LabellingFixture> StartAsync(int imageCount = 5)
    {
        var lab = await LabellingFixture.StartAsync(imageCount);
        await TakeAsync(lab);
        return lab;
    }

    /// <summary>From now on images of the project may have several classes; or one each again.</summary>
    public static Task TakeAsync(LabellingFixture lab, bool takes = true) => TakeAsync(lab.Studio, lab.UserId, lab.ProjectId, takes);

    public static Task TakeAsync(TemporaryStudio studio, Guid userId, Guid projectId, bool takes = true) =>
        TakeAsync(studio.Get<ProjectCatalog>(), userId, projectId, takes);

    public static async Task TakeAsync(ProjectCatalog projects, Guid userId, Guid projectId, bool takes = true)
    {
        var now = await projects.GetAsync(userId, projectId, CancellationToken.None);
        var update = new ProjectUpdate(
            now.Name, now.Description, now.Guidelines, now.TrainPercent, now.ValidationPercent, now.TestPercent, now.DefaultOrder, now.SuggestionSource)
        {
            TakesSeveralClasses = takes,
        };
        await projects.UpdateAsync(userId, projectId, update, CancellationToken.None);
    }

    public static Decision Give(long imageId, Guid[] classIds, SetChange change = SetChange.Replace) =>
        new(Guid.NewGuid(), imageId, AnnotationKind.Label) { ClassIds = classIds, Change = change };

    public static Task<DecisionResult> GiveAsync(LabellingFixture lab, int place, Guid[] classIds, SetChange change = SetChange.Replace) =>
        lab.DecideAsync(Give(lab.Images[place], classIds, change));

    /// <summary>The first images get these classes each; null: the image stays as it is.</summary>
    public static async Task LabelEachAsync(LabellingFixture lab, params Guid[]?[] labels)
    {
        foreach (var (place, classIds) in labels.Index())
        {
            if (classIds is not null)
            {
                await GiveAsync(lab, place, classIds);
            }
        }
    }

    public static Task<IReadOnlyList<ClassInfo>> ListAsync(LabellingFixture lab) =>
        lab.Classes.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None);

    public static async Task<string?> NameAsync(LabellingFixture lab, Guid? labelId) => (await ListAsync(lab)).SingleOrDefault(item => item.Id == labelId)?.Name;

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
