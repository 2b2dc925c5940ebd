using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Tests.Training;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Promotion;

/// <summary>A studio in which small models of two classes were really trained and taken in.</summary>
internal static class TrainedStudio
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The opposite of what two classes were given.</summary>
    public static float[] Flipped(float[] probabilities) => [.. probabilities.Select(value => 1 - value)];

    public static async Task<Guid[]> AddLabelledAsync(ModelStudio studio)
    {
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var images = await studio.AddImagesAsync(8);
        await studio.LabelAsync([.. images.Select((image, index) => (image.Id, (Guid?)classes[index % 2]))]);
        return classes;
    }

    public static async Task<Guid> TrainAsync(ModelStudio studio, Guid[] classes, Func<RunResult, RunResult>? change = null, bool fromPretrained = false)
    {
        var (assignment, folder) = await TrainOnlyAsync(studio, classes, change, fromPretrained);
        await studio.Get<ModelImport>().CompleteAsync(assignment, "worker", folder, StopReason.Completed, Token);
        return assignment.ModelId;
    }

    public static async Task<(RunAssignment Assignment, string Folder)> TrainOnlyAsync(
        ModelStudio studio, Guid[] classes, Func<RunResult, RunResult>? change = null, bool fromPretrained = false)
    {
        await studio.Get<RunLaunch>().LaunchAsync(studio.UserId, studio.ProjectId, new LaunchRequest(TrainedModels.Plan, null, fromPretrained), Token);
        var assignment = (await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token))!;
        var parentFolder = assignment.ParentModelId is { } parentId ? studio.Paths.ModelFolder(parentId) : null;
        var promotedFolder = fromPretrained ? await studio.Get<RunSupply>().PromotedAsync(assignment.RunId, "worker", Token) : null;
        var folder = Path.Combine(studio.Paths.Uploads, Guid.NewGuid().ToString("N"));
        var result = await TrainedModels.TrainAsync(assignment, new MemoryRunFiles(classes, 20, 10, parentFolder, promotedFolder), folder);
        if (change is not null)
        {
            Directory.Delete(folder, recursive: true);
            ModelPackage.Write(folder, change(result), new DateTime(2026, 5, 1, 8, 0, 0, DateTimeKind.Utc));
        }
        return (assignment, folder);
    }
}
