using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Api;
using LabelStudio.Web.Hubs;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Worker;

[Collection(TrainerCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class TrainerProcessTests(TrainingServer server) : IClassFixture<TrainingServer>
{
    private static readonly TrainingPlan Short = new() { Epochs = 8, Patience = 0, BatchSize = 16, SidePx = TrainingServer.SmallSidePx };

    /// <summary>Of the head alone, and of a stage of the backbone with it; long enough to be killed between two epochs.</summary>
    public static TheoryData<TrainingPlan> LongPlans => new()
    {
        new TrainingPlan { Epochs = 300, SidePx = TrainingServer.SmallSidePx, BatchSize = 1, Patience = 0, HeadLearningRate = 1e-4 },
        new TrainingPlan { Layers = TrainedLayers.LastStages, LastStageCount = 1, Epochs = 30, SidePx = TrainingServer.SmallSidePx, BatchSize = 8, Patience = 0 },
    };

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
        using var client = server.NewTokenClient(await server.NewTokenAsync(AccessScopes.Predict));
        using var card = await client.GetAsync(new Uri($"api/v1/projects/{server.ProjectId}/models/{modelId}/card", UriKind.Relative), Token);
        Assert.Matches(@"^attachment; filename=model-\d+-card\.json$", card.Content.Headers.ContentDisposition?.ToString());
        var said = (await card.Content.ReadFromJsonAsync<ModelCard>(Token))!;
        Assert.Equal((run.TrainCount, run.TestCount), (said.Classes.Sum(item => item.TrainImages), said.Classes.Sum(item => item.TestImages)));
        Assert.All(said.Classes.Where(item => item.Recall is not null), item => Assert.InRange(item.Recall!.Value, item.RecallLow!.Value, item.RecallHigh!.Value));
        var network = await client.GetByteArrayAsync(new Uri($"api/v1/projects/{server.ProjectId}/models/{modelId}/files/model.onnx", UriKind.Relative), Token);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(network)), said.FileHashes["model.onnx"]);
        Assert.Equal(("EfficientNet-Lite0 (Google's EfficientNet-Lite0 checkpoint, trained on ImageNet-1k)", "Apache-2.0"), (said.Backbone, said.BackboneLicence));
        Assert.Equal(64, said.DatasetSha256.Length);
        var evaluation = await client.GetFromJsonAsync<JsonElement>(new Uri($"api/v1/projects/{server.ProjectId}/models/{modelId}/evaluation", UriKind.Relative), Token);
        Assert.Equal(run.TestCount, evaluation.GetProperty("metrics").GetProperty("count").GetInt32());
        var registry = server.Services.GetRequiredService<ModelRegistry>();
        Assert.True((await registry.GateAsync(server.UserId, modelId, Token)).Allowed);
        await registry.PromoteAsync(server.UserId, modelId, null, Token);
        var answer = await server.Services.GetRequiredService<PredictionService>()
            .PredictWithAsync(server.UserId, modelId, LabelStudio.Tests.TestImages.Png(3), 2, Token);
        Assert.Equal(modelId, answer.ModelVersionId);
        Assert.Equal(1, answer.Classes.Sum(item => item.Probability), 1e-4);
        Assert.Null(await registry.RollBackAsync(server.UserId, server.ProjectId, mayLeaveNone: true, Token));
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

    /// <summary>How soon is for the benchmarks to say: a busy machine would make a test of it lie.</summary>
    [Fact]
    public async Task Cancel_Dropping_EndsLongBeforeItsLastEpochWithoutAModel()
    {
        var runId = await server.LaunchLongAsync();
        await server.UntilAsync(runId, view => view.Epochs.Count > 0);

        await server.Control.CancelAsync(server.UserId, runId, keepBest: false, Token);
        var run = await server.UntilAsync(runId, view => view.State == RunState.Cancelled);

        Assert.Null(run.ModelVersionId);
        var view = server.Monitor.Snapshot(runId);
        Assert.InRange(view.Epochs.Count, 1, view.Started!.Epochs - 1);
    }

    [Fact]
    public async Task Cancel_KeepingTheBest_HandsTheModelIn()
    {
        var runId = await server.LaunchLongAsync();
        await server.UntilAsync(runId, view => view.Epochs.Count > 0);

        await server.Control.CancelAsync(server.UserId, runId, keepBest: true, Token);
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

    [Theory]
    [MemberData(nameof(LongPlans))]
    public async Task Trainer_KilledWhileTraining_ResumedRunHasTheUnbrokenCurve(TrainingPlan plan)
    {
        var unbroken = await server.LaunchAsync(plan, fromPretrained: true);
        await server.UntilAsync(unbroken, view => view.State == RunState.Succeeded);
        var broken = await server.LaunchAsync(plan, fromPretrained: true);
        await server.UntilAsync(broken, view => view.Epochs.Count > 1 && server.Checkpoints.EpochOf(broken) is not null);

        // Signal 9 on Unix: the trainer can put nothing in order.
        using (var process = Process.GetProcessById(server.Trainer.Status.ProcessId!.Value))
        {
            process.Kill();
        }
        var interrupted = await server.UntilAsync(broken, view => view.State == RunState.Interrupted);
        Assert.True(interrupted.CanResume);
        Assert.InRange(server.Monitor.Snapshot(broken).Epochs.Count, 1, plan.Epochs - 1);
        await server.Control.ResumeAsync(server.UserId, broken, Token);
        await server.UntilAsync(broken, view => view.State == RunState.Succeeded);

        Assert.Equal(interrupted.CheckpointEpoch, server.Monitor.Snapshot(broken).Started!.AfterEpoch);
        Assert.Equal(plan.Epochs, server.Monitor.Snapshot(broken).Epochs.Count);
        Assert.Null(server.Checkpoints.EpochOf(broken));
        AssertSameCurve(unbroken, broken);
    }

    [Fact]
    public async Task Pause_ThenResume_GoesOnAndHasTheUnbrokenCurve()
    {
        var plan = new TrainingPlan { Epochs = 200, SidePx = TrainingServer.SmallSidePx, BatchSize = 1, Patience = 0, HeadLearningRate = 1e-4 };
        var unbroken = await server.LaunchAsync(plan);
        await server.UntilAsync(unbroken, view => view.State == RunState.Succeeded);
        var broken = await server.LaunchAsync(plan);
        await server.UntilAsync(broken, view => view.Epochs.Count > 2);

        await server.Control.PauseAsync(server.UserId, broken, Token);
        var paused = await server.UntilAsync(broken, view => view.State == RunState.Paused);
        Assert.Equal(server.Monitor.Snapshot(broken).Epochs.Count, paused.CheckpointEpoch);
        Assert.False(paused.IsPausing);
        // The device is free meanwhile.
        var other = await server.LaunchAsync(Short);
        await server.UntilAsync(other, view => view.State == RunState.Succeeded);
        await server.Control.ResumeAsync(server.UserId, broken, Token);
        await server.UntilAsync(broken, view => view.State == RunState.Succeeded);

        AssertSameCurve(unbroken, broken);
    }

    /// <summary>The backbone too goes the whole way: images, checkpoint and model travel between server and trainer.</summary>
    [Fact]
    public async Task FineTuning_PausedAndResumed_HasTheUnbrokenCurveAndAnswers()
    {
        var plan = new TrainingPlan { Layers = TrainedLayers.LastStages, LastStageCount = 1, Epochs = 8, SidePx = TrainingServer.SmallSidePx, BatchSize = 8, Patience = 0 };
        var unbroken = await server.LaunchAsync(plan);
        await server.UntilAsync(unbroken, view => view.State == RunState.Succeeded);
        var broken = await server.LaunchAsync(plan);
        await server.UntilAsync(broken, view => view.Epochs.Count > 0);

        await server.Control.PauseAsync(server.UserId, broken, Token);
        var paused = await server.UntilAsync(broken, view => view.State == RunState.Paused);
        Assert.InRange(paused.CheckpointEpoch!.Value, 1, 7);
        await server.Control.ResumeAsync(server.UserId, broken, Token);
        var run = await server.UntilAsync(broken, view => view.State == RunState.Succeeded);

        AssertSameCurve(unbroken, broken);
        Assert.Equal(8, server.Monitor.Snapshot(broken).Epochs.Count);
        var registry = server.Services.GetRequiredService<ModelRegistry>();
        await registry.PromoteAsync(server.UserId, run.ModelVersionId!.Value, "The first with a backbone of its own.", Token);
        var answer = await server.Services.GetRequiredService<PredictionService>()
            .PredictWithAsync(server.UserId, run.ModelVersionId!.Value, LabelStudio.Tests.TestImages.Png(3), 2, Token);
        Assert.Equal(run.ModelVersionId, answer.ModelVersionId);
        await registry.RollBackAsync(server.UserId, server.ProjectId, mayLeaveNone: true, Token);
    }

    [Fact]
    public async Task Trainer_WhileTraining_YieldsTheProcessorToTheServer()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells the priority of each thread.");
        var runId = await server.LaunchLongAsync();
        await server.UntilAsync(runId, view => view.Epochs.Count > 0);

        var threads = Directory.GetDirectories($"/proc/{server.Trainer.Status.ProcessId}/task").Select(ThreadOf).ToArray();
        await server.Control.CancelAsync(server.UserId, runId, keepBest: false, Token);

        Assert.Equal(10, Assert.Single(threads, thread => thread.Name == "training").Niceness);
        Assert.Equal(10, threads.Single(thread => thread.Id == server.Trainer.Status.ProcessId).Niceness);

        // After the name in parentheses, which may hold spaces, niceness is the 17th field.
        static (int Id, string Name, int Niceness) ThreadOf(string folder)
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var (open, close) = (text.IndexOf('('), text.LastIndexOf(')'));
            return (int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture), text[(open + 1)..close], int.Parse(text[(close + 2)..].Split(' ')[16], CultureInfo.InvariantCulture));
        }
    }

    private void AssertSameCurve(Guid expected, Guid actual)
    {
        var (first, second) = (server.Monitor.Snapshot(expected).Epochs, server.Monitor.Snapshot(actual).Epochs);
        Assert.Equal(first.Select(epoch => epoch.Epoch), second.Select(epoch => epoch.Epoch));
        Assert.All(first.Zip(second), pair =>
        {
            Assert.Equal(pair.First.TrainLoss, pair.Second.TrainLoss, 1e-5);
            Assert.Equal(pair.First.ValidationLoss, pair.Second.ValidationLoss, 1e-5);
            Assert.Equal(pair.First.ValidationAccuracy, pair.Second.ValidationAccuracy, 1e-5);
        });
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
