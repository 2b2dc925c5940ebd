using System.Diagnostics;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Worker;

namespace LabelStudio.Web.Tests.Worker;

[Collection(TrainerCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class SecondTrainerTests(TrainingServer server) : IClassFixture<TrainingServer>
{
    [Fact]
    public async Task TwoTrainers_TwoRuns_TrainAtOnceAndTheRunOfAVanishedOneGoesOnElsewhere()
    {
        using var second = await StartTrainerAsync("Second machine");
        try
        {
            Guid[] runs = [await server.LaunchLongAsync(), await server.LaunchLongAsync()];
            var first = await server.UntilAsync(runs[0], view => view.Epochs.Count > 0);
            var other = await server.UntilAsync(runs[1], view => view.Epochs.Count > 0);
            Assert.Equal([LocalTrainer.WorkerName, "Second machine"], new[] { first.Worker, other.Worker }.Order(StringComparer.Ordinal).Reverse());
            var lost = first.Worker == LocalTrainer.WorkerName ? runs[1] : runs[0];

            await server.UntilAsync(lost, _ => server.Checkpoints.EpochOf(lost) is not null);
            second.Kill();

            await server.UntilAsync(lost, view => view.LogTail.Any(line => line.Text.Contains("'Second machine' was not heard of", StringComparison.Ordinal)));
            var kept = runs.Single(runId => runId != lost);
            Assert.NotEqual(RunState.Interrupted, server.Monitor.Snapshot(kept).State);
            await server.Control.CancelAsync(server.UserId, kept, keepBest: false, TestContext.Current.CancellationToken);
            var again = await server.UntilAsync(lost, view => view.State == RunState.Running);
            Assert.Equal(LocalTrainer.WorkerName, again.Worker);
            Assert.True(server.Monitor.Snapshot(lost).Started!.AfterEpoch > 0);
            await server.Control.CancelAsync(server.UserId, lost, keepBest: false, TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!second.HasExited)
            {
                second.Kill();
            }
        }
    }

    private async Task<Process> StartTrainerAsync(string name)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false };
        string[] arguments =
        [
            typeof(TrainerProcess).Assembly.Location,
            TrainerProcess.Verb,
            "--server", server.Address.ToString(),
            "--name", name,
            "--machine", name,
            "--threads", "1",
            "--server-process", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment[WorkerHeaders.TokenVariable] = await server.NewTokenAsync(AccessScopes.Worker);
        return Process.Start(start)!;
    }
}
