using System.Diagnostics;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Tests.Worker;

[Collection(TrainerCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class TrainerLifetimeTests
{
    [Fact]
    public async Task Server_Stopped_TakesItsTrainerWithIt()
    {
        var server = new TrainingServer();
        await server.InitializeAsync();
        var runId = await server.LaunchLongAsync();
        await server.UntilAsync(runId, view => view.State == RunState.Running);
        using var process = Process.GetProcessById(server.Trainer.Status.ProcessId!.Value);

        await server.DisposeAsync();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.HasExited);
    }
}
