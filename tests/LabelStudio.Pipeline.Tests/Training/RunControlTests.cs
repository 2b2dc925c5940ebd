using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LabelStudio.Pipeline.Tests.Training;

public sealed class RunControlTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pause_QueuedRun_LeavesTheQueueAndComesBackWhenResumed()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await LaunchedRuns.AddLabelledAsync(studio);
        var runId = await LaunchedRuns.LaunchAsync(studio);
        var control = studio.Get<RunControl>();

        await control.PauseAsync(studio.UserId, runId, Token);

        Assert.Equal(RunState.Paused, await LaunchedRuns.StateAsync(studio, runId));
        Assert.Null(await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token));
        await control.ResumeAsync(studio.UserId, runId, Token);
        Assert.Equal(runId, (await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token))?.RunId);
    }

    [Fact]
    public async Task Pause_RunningRun_IsOrderedAndGoesOnAfterItsCheckpointElsewhere()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (runId, dispatch, control) = await ClaimedAsync(studio);
        var pushed = new List<RunOrder>();
        studio.Get<RunRecords>().Ordered += (_, order) => pushed.Add(order);

        await control.PauseAsync(studio.UserId, runId, Token);
        Assert.Equal([RunOrder.Pause], pushed);
        Assert.Equal(RunOrder.Pause, await dispatch.HeartbeatAsync(runId, "worker", Token));
        Assert.True((await DetailsAsync(studio, runId)).IsPausing);
        await studio.Get<RunCheckpoints>().KeepAsync(runId, Checkpoint(3), Token);
        await dispatch.PausedAsync(runId, "worker", Token);
        await control.ResumeAsync(studio.UserId, runId, Token);
        await dispatch.ClaimAsync("another worker", "CPU", "there", Token);

        Assert.Equal(RunOrder.Continue, await dispatch.HeartbeatAsync(runId, "another worker", Token));
        await using var kept = studio.Get<RunCheckpoints>().Open(runId);
        Assert.Equal(3, CheckpointFile.Read(kept!).Epoch);
        Assert.Contains(studio.Get<TrainingMonitor>().Snapshot(runId).LogTail, line => line.Text.Contains("goes on after epoch 3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pause_RunThatIsBeingStopped_IsRefused()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (runId, _, control) = await ClaimedAsync(studio);
        await control.CancelAsync(studio.UserId, runId, keepBest: true, Token);

        await Assert.ThrowsAsync<ConflictException>(() => control.PauseAsync(studio.UserId, runId, Token));
        await Assert.ThrowsAsync<ConflictException>(() => control.ResumeAsync(studio.UserId, runId, Token));
    }

    [Fact]
    public async Task PauseAndResume_WithoutTheRightToTrain_AreRefused()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (runId, _, control) = await ClaimedAsync(studio);
        var annotator = await studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(() => control.PauseAsync(annotator, runId, Token));
        await Assert.ThrowsAsync<AccessDeniedException>(() => control.ResumeAsync(annotator, runId, Token));
    }

    [Fact]
    public async Task Resume_FailedRun_IsTriedAgain_UnlessItsLossWasNoNumber()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (runId, dispatch, control) = await ClaimedAsync(studio);

        await dispatch.FailAsync(runId, "worker", "The disk is full.", null, Token);
        Assert.True((await DetailsAsync(studio, runId)).CanResume);
        await control.ResumeAsync(studio.UserId, runId, Token);
        Assert.Null((await DetailsAsync(studio, runId)).Failure);
        await dispatch.ClaimAsync("worker", "CPU", "here", Token);
        await dispatch.FailAsync(runId, "worker", "No number.", StopReason.LossNotFinite, Token);

        Assert.False((await DetailsAsync(studio, runId)).CanResume);
        await Assert.ThrowsAsync<ConflictException>(() => control.ResumeAsync(studio.UserId, runId, Token));
    }

    [Fact]
    public async Task Checkpoints_RunEnded_AreDeletedButKeptWhileItMayGoOn()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (runId, dispatch, control) = await ClaimedAsync(studio);
        var checkpoints = studio.Get<RunCheckpoints>();
        await checkpoints.KeepAsync(runId, Checkpoint(2), Token);
        await checkpoints.KeepAsync(runId, Checkpoint(1), Token);

        await dispatch.WorkerDiedAsync("worker", "It died.", Token);
        var interrupted = await DetailsAsync(studio, runId);
        Assert.Equal((RunState.Interrupted, 2, true), (interrupted.State, interrupted.CheckpointEpoch!.Value, interrupted.CanResume));
        await control.ResumeAsync(studio.UserId, runId, Token);
        await control.CancelAsync(studio.UserId, runId, keepBest: false, Token);

        Assert.Null(checkpoints.EpochOf(runId));
    }

    [Fact]
    public async Task Keep_DamagedCheckpoint_IsRefusedAndTheOldOneStays()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (runId, _, _) = await ClaimedAsync(studio);
        var checkpoints = studio.Get<RunCheckpoints>();
        await checkpoints.KeepAsync(runId, Checkpoint(1), Token);
        using var whole = Checkpoint(2);
        using var cut = new MemoryStream(whole.ToArray(), 0, (int)whole.Length - 1);

        await Assert.ThrowsAsync<InvalidRequestException>(() => checkpoints.KeepAsync(runId, cut, Token));

        Assert.Equal(1, checkpoints.EpochOf(runId));
        Assert.Single(Directory.GetFiles(Path.Combine(studio.Paths.RunFolder(runId), "checkpoints")));
    }

    [Fact]
    public async Task Edit_NameNoteAndTags_AreKeptWhateverTheState()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (runId, dispatch, control) = await ClaimedAsync(studio);
        await dispatch.FailAsync(runId, "worker", "It failed.", null, Token);

        await control.EditAsync(studio.UserId, runId, RunNotes.Of(" Night run ", "Lower rate.", "night, small , Night"), Token);

        var run = await DetailsAsync(studio, runId);
        Assert.Equal(("Night run", "Lower rate.", RunState.Failed), (run.Name, run.Notes.Note, run.State));
        Assert.Equal(["night", "small"], run.Notes.Tags);
        Assert.Equal(["night", "small"], (await studio.Get<TrainingQueue>().ListAsync(studio.UserId, studio.ProjectId, Token))[0].Tags);
    }

    [Fact]
    public async Task Edit_EmptyNameOrWithoutTheRight_IsRefused()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (runId, _, control) = await ClaimedAsync(studio);
        var annotator = await studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<InvalidRequestException>(() => control.EditAsync(studio.UserId, runId, RunNotes.Of(" ", "", ""), Token));
        await Assert.ThrowsAsync<AccessDeniedException>(() => control.EditAsync(annotator, runId, RunNotes.Of("Run", "", ""), Token));
    }

    [Fact]
    public async Task Leftovers_FoldersOfDeletedRunsAndOldCheckpoints_AreDeleted()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));
        await using var studio = await ModelStudio.CreateAsync(services => services.AddSingleton<TimeProvider>(clock));
        var (runId, dispatch, _) = await ClaimedAsync(studio);
        var (checkpoints, leftovers) = (studio.Get<RunCheckpoints>(), studio.Get<RunLeftovers>());
        await checkpoints.KeepAsync(runId, Checkpoint(1), Token);
        await dispatch.WorkerDiedAsync("worker", "It died.", Token);
        var gone = Directory.CreateDirectory(studio.Paths.RunFolder(Guid.NewGuid())).FullName;

        Assert.Equal(1, await leftovers.DeleteAsync(Token));
        Assert.False(Directory.Exists(gone));
        Assert.Equal(1, checkpoints.EpochOf(runId));
        clock.Advance(RunLeftovers.CheckpointsKeptFor + TimeSpan.FromDays(1));
        await leftovers.DeleteAsync(Token);

        Assert.Null(checkpoints.EpochOf(runId));
        Assert.True(File.Exists(Path.Combine(studio.Paths.RunFolder(runId), "plan.json")));
    }

    [Fact]
    public async Task Archive_EndedRun_IsMarkedAndTakenBack_AndNothingOfItIsDeleted()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (runId, dispatch, control) = await ClaimedAsync(studio);
        var annotator = await studio.AddUserAsync(StudioRole.Annotator);
        await Assert.ThrowsAsync<ConflictException>(() => control.ArchiveAsync(studio.UserId, runId, isArchived: true, Token));
        await dispatch.FailAsync(runId, "worker", "It failed.", null, Token);
        await Assert.ThrowsAsync<AccessDeniedException>(() => control.ArchiveAsync(annotator, runId, isArchived: true, Token));

        await control.ArchiveAsync(studio.UserId, runId, isArchived: true, Token);

        Assert.True(Assert.Single(await studio.Get<TrainingQueue>().ListAsync(studio.UserId, studio.ProjectId, Token)).IsArchived);
        var archived = await DetailsAsync(studio, runId);
        Assert.Equal((true, RunState.Failed, "It failed."), (archived.IsArchived, archived.State, archived.Failure));
        Assert.True(File.Exists(Path.Combine(studio.Paths.RunFolder(runId), "plan.json")));
        await control.ArchiveAsync(studio.UserId, runId, isArchived: false, Token);
        Assert.False((await DetailsAsync(studio, runId)).IsArchived);
    }

    private static async Task<(Guid RunId, RunDispatch Dispatch, RunControl Control)> ClaimedAsync(ModelStudio studio)
    {
        await LaunchedRuns.AddLabelledAsync(studio);
        var runId = await LaunchedRuns.LaunchAsync(studio);
        await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token);
        return (runId, studio.Get<RunDispatch>(), studio.Get<RunControl>());
    }

    private static Task<RunDetails> DetailsAsync(ModelStudio studio, Guid runId) =>
        studio.Get<TrainingQueue>().GetAsync(studio.UserId, runId, Token);

    private static MemoryStream Checkpoint(int epoch)
    {
        var stream = new MemoryStream();
        CheckpointFile.Write(
            new TrainingCheckpoint { Plan = TrainingPlan.Quick, Epoch = epoch, OptimizerSteps = epoch, Elapsed = TimeSpan.Zero, BestEpoch = 0, Epochs = [] }, stream);
        stream.Position = 0;
        return stream;
    }
}
