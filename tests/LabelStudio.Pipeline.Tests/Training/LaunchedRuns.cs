using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Training;

/// <summary>A project with two labelled classes, and runs launched on it.</summary>
internal static class LaunchedRuns
{
    public static async Task AddLabelledAsync(ModelStudio studio)
    {
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        foreach (var split in Enum.GetValues<Split>())
        {
            var images = await studio.AddImagesAsync(6, split);
            await studio.LabelAsync([.. images.Select((image, index) => (image.Id, (Guid?)classes[index % 2]))]);
        }
    }

    public static Task<Guid> LaunchAsync(ModelStudio studio) => studio.Get<RunLaunch>().LaunchAsync(
        studio.UserId, studio.ProjectId, new LaunchRequest(TrainingPlan.Quick, null, FromPretrained: false), TestContext.Current.CancellationToken);

    public static async Task<RunState> StateAsync(ModelStudio studio, Guid runId) =>
        (await studio.Get<TrainingQueue>().GetAsync(studio.UserId, runId, TestContext.Current.CancellationToken)).State;
}
