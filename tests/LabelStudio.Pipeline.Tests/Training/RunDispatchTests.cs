using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Labelling;
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
    public async Task Claim_ClassesMergedAndArchived_TellsTheTrainer()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await LaunchedRuns.AddLabelledAsync(studio);
        var (merged, archived) = (await studio.AddClassAsync("Bowl"), await studio.AddClassAsync("Jug"));
        var outOfUse = await studio.AddImagesAsync(2);
        await studio.LabelAsync([.. outOfUse.Select(image => (image.Id, (Guid?)archived))]);
        var cup = Guid.Empty;
        await using (var db = studio.Open())
        {
            cup = db.Classes.Single(item => item.Name == "Cup").Id;
            (db.Classes.Single(item => item.Id == merged).IsArchived, db.Classes.Single(item => item.Id == merged).MergedIntoId) = (true, cup);
            db.Classes.Single(item => item.Id == archived).IsArchived = true;
            await db.SaveChangesAsync(Token);
        }
        await LaunchedRuns.LaunchAsync(studio);

        var assignment = (await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token))!;

        Assert.Equal([new RetiredClass(merged, cup), new RetiredClass(archived, null)], assignment.Retired.OrderBy(item => item.IntoId is null));
        // Six images of each split, of 100 bytes each, are of cups and plates; those of the archived class are not copied.
        Assert.Equal(100 * 6 * 3, assignment.OriginalBytes);
    }

    /// <summary>A trainer whose answer was lost hands in again: that is the same result, not another one.</summary>
    [Fact]
    public async Task IsHandedIn_ModelWasTakenIn_IsSoForItsTrainerOnly()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await Promotion.TrainedStudio.AddLabelledAsync(studio);
        var dispatch = studio.Get<RunDispatch>();
        var (assignment, folder) = await Promotion.TrainedStudio.TrainOnlyAsync(studio, classes);

        Assert.False(await dispatch.IsHandedInAsync(assignment.RunId, "worker", Token));
        await studio.Get<Pipeline.Promotion.ModelImport>().CompleteAsync(assignment, "worker", folder, StopReason.Completed, Token);

        Assert.True(await dispatch.IsHandedInAsync(assignment.RunId, "worker", Token));
        Assert.False(await dispatch.IsHandedInAsync(assignment.RunId, "another", Token));
    }

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

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => studio.Get<RunLaunch>().LaunchAsync(
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

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => studio.Get<RunDispatch>().ClaimAsync($"worker {worker}", "CPU", $"machine {worker}", Token)));

        Assert.Equal(runs.Order(), claims.OfType<RunAssignment>().Select(claim => claim.RunId).Order());
    }

    [Fact]
    public async Task Claim_TwoTrainersOnOneDevice_TrainOneRunAtATime()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        Guid[] runs = [await LaunchAsync(studio), await LaunchAsync(studio)];
        var dispatch = studio.Get<RunDispatch>();

        await dispatch.ClaimAsync("first", "Big GPU", "box, GPU 0", Token);
        Assert.Null(await dispatch.ClaimAsync("second", "Big GPU", "box, GPU 0", Token));
        var waiting = Assert.Single(dispatch.Waiting);
        Assert.Equal(("second", runs[0]), (waiting.Worker, waiting.BusyRunId));
        Assert.Contains("'second' waits: Big GPU (box, GPU 0) trains a run for another trainer", waiting.Reason, StringComparison.Ordinal);

        await dispatch.FailAsync(runs[0], "first", "It broke.", null, Token);
        Assert.Equal(runs[1], (await dispatch.ClaimAsync("second", "Big GPU", "box, GPU 0", Token))?.RunId);
        Assert.Empty(dispatch.Waiting);
    }

    [Fact]
    public async Task Claim_SameDeviceAtOnce_GivesOneRun()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        await LaunchAsync(studio);
        await LaunchAsync(studio);

        var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => studio.Get<RunDispatch>().ClaimAsync($"worker {worker}", "CPU", "here", Token)));

        Assert.Single(claims.OfType<RunAssignment>());
    }

    [Fact]
    public async Task Claim_AnotherDeviceOrAVanishedTrainers_IsGiven()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        Guid[] runs = [await LaunchAsync(studio), await LaunchAsync(studio)];
        var dispatch = studio.Get<RunDispatch>();
        await dispatch.ClaimAsync("first", "Big GPU", "box, GPU 0", Token);

        Assert.Equal(runs[1], (await dispatch.ClaimAsync("second", "Big GPU", "box, GPU 1", Token))?.RunId);
        _clock.Advance(RunDispatch.VanishedAfter + TimeSpan.FromSeconds(1));
        await dispatch.HeartbeatAsync(runs[1], "second", Token);
        await dispatch.SweepAsync(Token);
        Assert.Equal(runs[0], (await dispatch.ClaimAsync("third", "Big GPU", "box, GPU 0", Token))?.RunId);
    }

    [Fact]
    public async Task Record_SameEventsSentTwice_CountOnce()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);
        var dispatch = studio.Get<RunDispatch>();
        await dispatch.ClaimAsync("worker", "CPU", "here", Token);

        TrainingEvent[] events = [new RunStarted(2, 10, 2, "CPU", []), new LogWritten("one"), new LogWritten("two")];
        await dispatch.RecordAsync(runId, "worker", 1, events[..2], Token);
        await dispatch.RecordAsync(runId, "worker", 1, events, Token);

        var monitor = studio.Get<TrainingMonitor>();
        Assert.Equal([1L, 2L, 3L], monitor.Since(runId, 0).Select(item => item.Sequence));
        Assert.Equal(["one", "two"], monitor.Snapshot(runId).LogTail.Select(line => line.Text));
        Assert.Equal(RunState.Running, monitor.Snapshot(runId).State);
    }

    [Fact]
    public async Task Launch_WithAPlan_KeepsExactlyThatPlanInTheRunsFolder()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var plan = TrainingPlan.Quick with { Epochs = 17, HeadLearningRate = 2.5e-3, Seed = 99, TimeLimit = TimeSpan.FromMinutes(3) };

        var runId = await studio.Get<RunLaunch>().LaunchAsync(studio.UserId, studio.ProjectId, new LaunchRequest(plan, null, FromPretrained: false), Token);
        await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token);
        await studio.Get<RunDispatch>().RecordAsync(runId, "worker", 1, [new RunStarted(17, 10, 2, "CPU", []), new LogWritten("one")], Token);

        var folder = studio.Paths.RunFolder(runId);
        Assert.Equal(plan, TrainingPlan.FromJson(await File.ReadAllTextAsync(Path.Combine(folder, "plan.json"), Token)));
        var events = await File.ReadAllLinesAsync(Path.Combine(folder, "events.jsonl"), Token);
        Assert.Equal([typeof(RunStarted), typeof(LogWritten)], events.Select(line => TrainingJson.Read(line).GetType()));
    }

    [Fact]
    public async Task Monitor_AfterRestart_HasTheWholeCurve()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);
        await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token);
        var epoch = new EpochCompleted(1, 2, 0.5, double.NaN, 0.9, 0.8, 0.7, [0.5, null], 1e-3, 0, 100, 1, true);
        await studio.Get<RunDispatch>().RecordAsync(runId, "worker", 1, [new RunStarted(2, 10, 2, "CPU", []), epoch], Token);

        var folder = studio.Paths.RunFolder(runId);
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "tensorboard")));
        var metrics = await File.ReadAllLinesAsync(Path.Combine(folder, "metrics.csv"), Token);
        Assert.Equal("1,0.5,NaN,0.9,0.8,0.7,0.001,0,100,1", metrics[1]);

        await studio.RestartAsync();
        await File.AppendAllTextAsync(Path.Combine(studio.Paths.RunFolder(runId), "events.jsonl"), "{\"kind\":\"logWri", Token);

        var view = studio.Get<TrainingMonitor>().Snapshot(runId);
        Assert.Equal(2, view.LastSequence);
        Assert.Equal(double.NaN, Assert.Single(view.Epochs).ValidationLoss);
        Assert.Equal([0.5, null], view.Epochs[0].PerClassAccuracy);
    }

    [Fact]
    public async Task Metrics_ClassesOfTheRun_HaveTheirRecallByClassId()
    {
        Guid[] classIds = [Guid.CreateVersion7(), Guid.CreateVersion7()];

        var metrics = await MetricsOfAsync(new RunStarted(2, 10, 2, "CPU", classIds), Epoch(1, [0.5, null]), Epoch(2, []));

        Assert.EndsWith($",is_best,validation_recall_{classIds[0]},validation_recall_{classIds[1]}", metrics[0], StringComparison.Ordinal);
        Assert.Equal(["1,0.5,0.6,0.9,0.8,0.7,0.001,0,100,1,0.5,", "2,0.5,,0.9,,,0.001,0,100,1,,"], metrics[1..]);
    }

    [Fact]
    public async Task Metrics_RunThatTrainsNothing_HoldNoEpoch() =>
        Assert.Single(await MetricsOfAsync(new RunStarted(0, 10, 2, "CPU", []), new RunEnded(StopReason.Completed, 0)));

    [Fact]
    public async Task Metrics_RunThatBeganAnew_HoldNoEpochOfTheBrokenAttempt() =>
        Assert.Single(await MetricsOfAsync(new RunStarted(2, 10, 2, "CPU", []), Epoch(1, [1]), new RunStarted(2, 10, 2, "CPU", [])));

    [Fact]
    public async Task Cancel_RunningRun_IsOrderedAtTheNextHeartbeat()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);
        var dispatch = studio.Get<RunDispatch>();
        await dispatch.ClaimAsync("worker", "CPU", "here", Token);
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
        Assert.Null(await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token));
    }

    [Fact]
    public async Task Sweep_TrainerVanished_GivesTheRunBackOnceThenInterruptsIt()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);
        var dispatch = studio.Get<RunDispatch>();

        await dispatch.ClaimAsync("worker 1", "CPU", "machine 1", Token);
        _clock.Advance(RunDispatch.VanishedAfter + TimeSpan.FromSeconds(1));
        await dispatch.SweepAsync(Token);
        Assert.Equal(RunState.Queued, await StateAsync(studio, runId));

        await dispatch.ClaimAsync("worker 2", "CPU", "machine 2", Token);
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
        await dispatch.ClaimAsync("worker", "CPU", "here", Token);
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
        await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token);

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

    private static EpochCompleted Epoch(int epoch, double?[] recalls) => new(epoch, 2, 0.5, 0.6, 0.9, 0.8, 0.7, recalls, 1e-3, 0, 100, 1, true);

    /// <returns>The lines of <c>metrics.csv</c> once a trainer has told these events one after the other.</returns>
    private async Task<string[]> MetricsOfAsync(params TrainingEvent[] events)
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio);
        var runId = await LaunchAsync(studio);
        await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token);
        foreach (var (index, happened) in events.Index())
        {
            await studio.Get<RunDispatch>().RecordAsync(runId, "worker", index + 1, [happened], Token);
        }
        return await File.ReadAllLinesAsync(Path.Combine(studio.Paths.RunFolder(runId), "metrics.csv"), Token);
    }

    private Task<ModelStudio> StartAsync() => ModelStudio.CreateAsync(services => services.AddSingleton<TimeProvider>(_clock));
}
