using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LabelStudio.Pipeline.Tests.Training;

public sealed class RunDispatchTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Launch_OneClassOnly_IsRefusedWithAdvice()
    {
        await using var studio = await StartAsync();
        var classId = await studio.AddClassAsync("Cup");
        var images = await studio.AddImagesAsync(3);
        await studio.LabelAsync([.. images.Select(image => (image.Id, (Guid?)classId))]);

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => LaunchAsync(studio));

        Assert.Contains("at least one more class", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launch_WrongPlan_IsRefusedWithEveryProblem()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => studio.Get<TrainingQueue>().LaunchAsync(
            studio.UserId, studio.ProjectId, new LaunchRequest(new TrainingPlan { Epochs = 0, BatchSize = 0 }, null, false), Token));

        Assert.Contains("epochs", error.Message, StringComparison.Ordinal);
        Assert.Contains("batch size", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claim_ByManyAtOnce_GivesEachRunToOneTrainer()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        Guid[] runs = [await LaunchAsync(studio), await LaunchAsync(studio), await LaunchAsync(studio)];

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => studio.Get<RunDispatch>().ClaimAsync($"worker {worker}", "CPU", Token)));

        Assert.Equal(runs.Order(), claims.OfType<RunAssignment>().Select(claim => claim.RunId).Order());
    }

    [Fact]
    public async Task Record_SameEventsSentTwice_CountOnce()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);
        var dispatch = studio.Get<RunDispatch>();
        await dispatch.ClaimAsync("worker", "CPU", Token);

        TrainingEvent[] events = [new RunStarted(2, 10, 2, "CPU", []), new LogWritten("one"), new LogWritten("two")];
        await dispatch.RecordAsync(runId, "worker", 1, events[..2], Token);
        await dispatch.RecordAsync(runId, "worker", 1, events, Token);

        var monitor = studio.Get<TrainingMonitor>();
        Assert.Equal([1L, 2L, 3L], monitor.Since(runId, 0).Select(item => item.Sequence));
        Assert.Equal(["one", "two"], monitor.Snapshot(runId).LogTail.Select(line => line.Text));
        Assert.Equal(RunState.Running, monitor.Snapshot(runId).State);
    }

    [Fact]
    public async Task Monitor_AfterRestart_HasTheWholeCurve()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);
        await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", Token);
        var epoch = new EpochCompleted(1, 2, 0.5, double.NaN, 0.9, 0.8, 0.7, [0.5, null], 1e-3, 0, 100, 1, true);
        await studio.Get<RunDispatch>().RecordAsync(runId, "worker", 1, [new RunStarted(2, 10, 2, "CPU", []), epoch], Token);

        var folder = studio.Get<TrainingMonitor>().FolderOf(runId);
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "tensorboard")));
        var metrics = await File.ReadAllLinesAsync(Path.Combine(folder, "metrics.csv"), Token);
        Assert.Equal("1,0.5,NaN,0.9,0.8,0.7,0.001,0,100,1", metrics[1]);

        await studio.RestartAsync();
        await File.AppendAllTextAsync(Path.Combine(studio.Get<TrainingMonitor>().FolderOf(runId), "events.jsonl"), "{\"kind\":\"logWri", Token);

        var view = studio.Get<TrainingMonitor>().Snapshot(runId);
        Assert.Equal(2, view.LastSequence);
        Assert.Equal(double.NaN, Assert.Single(view.Epochs).ValidationLoss);
        Assert.Equal([0.5, null], view.Epochs[0].PerClassAccuracy);
    }

    [Fact]
    public async Task Cancel_RunningRun_IsOrderedAtTheNextHeartbeat()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);
        var dispatch = studio.Get<RunDispatch>();
        await dispatch.ClaimAsync("worker", "CPU", Token);
        var pushed = new List<RunOrder>();
        studio.Get<RunRecords>().Ordered += (_, order) => pushed.Add(order);

        await studio.Get<RunControl>().CancelAsync(studio.UserId, runId, keepBest: true, Token);

        Assert.Equal([RunOrder.StopAndKeepBest], pushed);
        Assert.Equal(RunOrder.StopAndKeepBest, await dispatch.HeartbeatAsync(runId, "worker", Token));
        Assert.Equal(RunOrder.Abandon, await dispatch.HeartbeatAsync(runId, "somebody else", Token));
        await dispatch.CancelledAsync(runId, "worker", Token);
        Assert.Equal(RunState.Cancelled, await StateAsync(studio, runId));
        Assert.Equal(RunOrder.Abandon, await dispatch.HeartbeatAsync(runId, "worker", Token));
    }

    [Fact]
    public async Task Cancel_QueuedRun_EndsItAtOnce()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);

        await studio.Get<RunControl>().CancelAsync(studio.UserId, runId, keepBest: true, Token);

        Assert.Equal(RunState.Cancelled, await StateAsync(studio, runId));
        Assert.Null(await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", Token));
    }

    [Fact]
    public async Task Sweep_TrainerVanished_GivesTheRunBackOnceThenInterruptsIt()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);
        var dispatch = studio.Get<RunDispatch>();

        await dispatch.ClaimAsync("worker 1", "CPU", Token);
        _clock.Advance(RunDispatch.VanishedAfter + TimeSpan.FromSeconds(1));
        await dispatch.SweepAsync(Token);
        Assert.Equal(RunState.Queued, await StateAsync(studio, runId));

        await dispatch.ClaimAsync("worker 2", "CPU", Token);
        _clock.Advance(RunDispatch.VanishedAfter + TimeSpan.FromSeconds(1));
        await dispatch.SweepAsync(Token);
        Assert.Equal(RunState.Interrupted, await StateAsync(studio, runId));
    }

    [Fact]
    public async Task Sweep_TrainerHeardOf_LeavesItsRunAlone()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);
        var dispatch = studio.Get<RunDispatch>();
        await dispatch.ClaimAsync("worker", "CPU", Token);
        _clock.Advance(RunDispatch.VanishedAfter - TimeSpan.FromSeconds(1));
        await dispatch.HeartbeatAsync(runId, "worker", Token);
        _clock.Advance(TimeSpan.FromSeconds(5));

        await dispatch.SweepAsync(Token);

        Assert.Equal(RunState.Preparing, await StateAsync(studio, runId));
    }

    [Fact]
    public async Task Server_RestartedWhileTraining_ShowsTheRunAsInterrupted()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);
        await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", Token);

        await studio.RestartAsync();
        await studio.Get<RunDispatch>().InterruptLeftOversAsync(Token);

        var run = await studio.Get<TrainingQueue>().GetAsync(studio.UserId, runId, Token);
        Assert.Equal(RunState.Interrupted, run.State);
        Assert.Contains("server was stopped", run.Failure, StringComparison.Ordinal);
        Assert.Equal(RunState.Interrupted, studio.Get<TrainingMonitor>().Snapshot(runId).State);
    }

    private static Task AddLabelledAsync(ModelStudio studio) => LaunchedRuns.AddLabelledAsync(studio);

    private static Task<Guid> LaunchAsync(ModelStudio studio) => LaunchedRuns.LaunchAsync(studio);

    private static Task<RunState> StateAsync(ModelStudio studio, Guid runId) => LaunchedRuns.StateAsync(studio, runId);

    private Task<ModelStudio> StartAsync() => ModelStudio.CreateAsync(services => services.AddSingleton<TimeProvider>(_clock));
}
