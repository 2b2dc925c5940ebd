using System.Collections.Concurrent;
using System.Diagnostics;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Hubs;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Worker;

[Collection(TrainerCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class TrainerProcessTests(TrainingServer server) : IClassFixture<TrainingServer>
{
    private static readonly TrainingPlan Short = new() { Epochs = 8, Patience = 0, BatchSize = 16, SidePx = TrainingServer.SmallSidePx };

    /// <summary>Two seconds are promised; a busy build machine gets more.</summary>
    private const double MostSeconds = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_FromLaunchToPrediction_MakesATestedModelThatAnswers()
    {
        var runId = await server.LaunchAsync(Short);
        var run = await server.UntilAsync(runId, view => view.State == RunState.Succeeded);

        Assert.Equal(8, server.Monitor.Snapshot(runId).Epochs.Count);
        Assert.Equal(StopReason.Completed, run.StopReason);
        Assert.StartsWith("CPU", run.Device, StringComparison.Ordinal);
        var modelId = run.ModelVersionId!.Value;
        var report = await server.Services.GetRequiredService<EvaluationReports>().GetAsync(server.UserId, modelId, Token);
        Assert.Equal(run.TestCount, report.Metrics?.Count);
        var registry = server.Services.GetRequiredService<ModelRegistry>();
        Assert.True((await registry.GateAsync(server.UserId, modelId, Token)).Allowed);
        await registry.PromoteAsync(server.UserId, modelId, null, Token);
        var answer = await server.Services.GetRequiredService<PredictionService>()
            .PredictAsync(server.UserId, server.ProjectId, LabelStudio.Tests.TestImages.Png(3), 2, Token);
        Assert.Equal(modelId, answer.ModelVersionId);
        Assert.Equal(1, answer.Classes.Sum(item => item.Probability), 1e-4);
        Assert.Null(await registry.RollBackAsync(server.UserId, server.ProjectId, Token));
    }

    [Fact]
    public async Task Follow_FromAnySequence_GetsEveryEventOnceAndInOrder()
    {
        await using var early = await ConnectAsync();
        var runId = await server.LaunchAsync(Short);
        var seenLive = Listen(early, runId, out var endedLive);
        await early.InvokeAsync(nameof(TrainingHub.Follow), runId, 0L, Token);
        await endedLive.WaitAsync(TimeSpan.FromMinutes(5), Token);

        await using var late = await ConnectAsync();
        var seenLate = Listen(late, runId, out var endedLate);
        await late.InvokeAsync(nameof(TrainingHub.Follow), runId, 5L, Token);
        await endedLate.WaitAsync(TimeSpan.FromMinutes(1), Token);

        var all = server.Monitor.Since(runId, 0).Select(item => item.Sequence).ToArray();
        Assert.Equal(Enumerable.Range(1, all.Length).Select(number => (long)number), all);
        Assert.Equal(all, seenLive.Select(message => message.Sequence));
        Assert.Equal(all.Skip(5), seenLate.Select(message => message.Sequence));
        Assert.Contains(seenLive, message => message.Event is EpochCompleted { Epoch: 8 });
    }

    [Fact]
    public async Task Follow_WithoutTheRight_IsRefused()
    {
        var runId = await server.LaunchAsync(Short);
        await using var worker = Connection(await server.NewTokenAsync(AccessScopes.Worker));

        await Assert.ThrowsAsync<HttpRequestException>(() => worker.StartAsync(Token));
        await server.UntilAsync(runId, view => view.State == RunState.Succeeded);
    }

    [Fact]
    public async Task Cancel_Dropping_EndsWithinTwoSecondsWithoutAModel()
    {
        var runId = await server.LaunchLongAsync();
        await server.UntilAsync(runId, view => view.Epochs.Count > 0);

        var started = Stopwatch.GetTimestamp();
        await server.Queue.CancelAsync(server.UserId, runId, keepBest: false, Token);
        var run = await server.UntilAsync(runId, view => view.State == RunState.Cancelled);

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, MostSeconds);
        Assert.Null(run.ModelVersionId);
    }

    [Fact]
    public async Task Cancel_KeepingTheBest_HandsTheModelIn()
    {
        var runId = await server.LaunchLongAsync();
        await server.UntilAsync(runId, view => view.Epochs.Count > 0);

        await server.Queue.CancelAsync(server.UserId, runId, keepBest: true, Token);
        var run = await server.UntilAsync(runId, view => view.State == RunState.Succeeded);

        Assert.Equal(StopReason.UserStopped, run.StopReason);
        Assert.NotNull(run.ModelVersionId);
    }

    [Fact]
    public async Task Trainer_KilledWhileTraining_InterruptsTheRunAndComesBack()
    {
        var runId = await server.LaunchLongAsync();
        await server.UntilAsync(runId, view => view.Epochs.Count > 0);
        var before = server.Trainer.Status.Deaths;

        using (var process = Process.GetProcessById(server.Trainer.Status.ProcessId!.Value))
        {
            process.Kill();
        }
        var run = await server.UntilAsync(runId, view => view.State == RunState.Interrupted);

        Assert.Contains("ended unexpectedly", run.Failure, StringComparison.Ordinal);
        Assert.Equal(before + 1, server.Trainer.Status.Deaths);
        var next = await server.LaunchAsync(Short);
        await server.UntilAsync(next, view => view.State == RunState.Succeeded);
        Assert.True(server.Trainer.Status.IsRunning);
    }

    private static ConcurrentQueue<RunEventMessage> Listen(HubConnection connection, Guid runId, out Task ended)
    {
        var messages = new ConcurrentQueue<RunEventMessage>();
        var end = new TaskCompletionSource();
        connection.On<RunEventMessage>(nameof(ITrainingClient.OnEvent), messages.Enqueue);
        connection.On<RunStateMessage>(nameof(ITrainingClient.OnState), message =>
        {
            if (message.RunId == runId && message.IsEnded)
            {
                end.TrySetResult();
            }
        });
        ended = end.Task;
        return messages;
    }

    private async Task<HubConnection> ConnectAsync()
    {
        var connection = Connection(await server.NewTokenAsync(AccessScopes.Train));
        await connection.StartAsync(Token);
        return connection;
    }

    private HubConnection Connection(string token) => new HubConnectionBuilder()
        .WithUrl(new Uri(server.Address, TrainingHub.Path), http => http.AccessTokenProvider = () => Task.FromResult<string?>(token))
        .Build();
}
