using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Worker;

/// <summary>A class joins after every image of the old ones was deleted: through server, queue and trainer process.</summary>
[Collection(TrainerCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class OnlyNewImagesTests(TrainingServer server) : IClassFixture<TrainingServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_EveryOldImageDeleted_AddsTheClassAndSaysWhyNothingWasTrained()
    {
        var first = await server.UntilAsync(
            await server.LaunchAsync(new TrainingPlan { Epochs = 8, Patience = 0, BatchSize = 16, SidePx = TrainingServer.SmallSidePx }),
            view => view.State == RunState.Succeeded);
        await server.Services.GetRequiredService<ModelRegistry>().PromoteAsync(server.UserId, first.ModelVersionId!.Value, "test", Token);
        var images = await server.Services.GetRequiredService<ImageLibrary>().IdsAsync(server.UserId, server.ProjectId, new ImageFilter(), Token);
        await server.Services.GetRequiredService<ImageTrash>().MoveAsync(server.UserId, server.ProjectId, [.. images], Token);
        var third = await server.AddClassAsync("Third");
        await server.AddImagesAsync(third, 20, first: 2000);

        var runId = await server.LaunchAsync(TrainingPlan.Balanced with { SidePx = TrainingServer.SmallSidePx });
        var run = await server.UntilAsync(runId, view => view.State == RunState.Succeeded);

        Assert.StartsWith("No training image of the classes", server.Monitor.Snapshot(runId).Started?.InsteadOfPlan, StringComparison.Ordinal);
        var paths = server.Services.GetRequiredService<StudioPaths>();
        var folder = paths.ModelFolder(run.ModelVersionId!.Value);
        var head = ModelFolder.ReadHead(folder);
        var old = ModelFolder.ReadHead(paths.ModelFolder(first.ModelVersionId.Value));
        Assert.Equal([.. server.ClassIds, third], head.Classes.ClassIds);
        Assert.Equal(old.Weight, head.Weight[..old.Weight.Length]);
        Assert.NotNull(ModelFolder.Read(folder).InsteadOfPlan);
    }
}
