using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Training;

/// <summary>What people do with a launched run: stop it, pause it, take it up again, write about it. All needs the right to train.</summary>
public sealed class RunControl(
    IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, RunRecords records, RunCheckpoints checkpoints, TrainingMonitor monitor)
{
    /// <summary>Stops a run: a waiting one at once, a running one within seconds.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="runId">The run.</param>
    /// <param name="keepBest">Make a model version of the best epoch so far; else nothing is kept.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task CancelAsync(Guid userId, Guid runId, bool keepBest, CancellationToken cancellationToken)
    {
        await DemandAsync(userId, runId, cancellationToken);
        await records.RequestStopAsync(runId, keepBest ? RunOrder.StopAndKeepBest : RunOrder.StopAndDrop, cancellationToken);
    }

    /// <summary>Takes a queued run out of the queue; a running one stops after its present epoch.</summary>
    /// <exception cref="ConflictException">The run has ended, or is being stopped already.</exception>
    public async Task PauseAsync(Guid userId, Guid runId, CancellationToken cancellationToken)
    {
        var who = await DemandAsync(userId, runId, cancellationToken);
        var run = await records.ChangeAsync(runId, IsGoingOn, Pause, cancellationToken)
            ?? throw new ConflictException("The run can't be paused: it has ended or is being stopped already. Look at its state.");
        if (run.State == RunState.Paused)
        {
            monitor.Log(runId, $"{who} took the run out of the queue.");
            return;
        }
        monitor.Log(runId, $"{who} asked for a pause: the run stops after this epoch.");
        records.TellOrder(runId, RunOrder.Pause);

        static bool IsGoingOn(TrainingRun run) =>
            run is { State: RunState.Queued or RunState.Preparing or RunState.Running, Order: RunOrder.Continue };

        static void Pause(TrainingRun run)
        {
            if (run.State == RunState.Queued)
            {
                run.State = RunState.Paused;
            }
            else
            {
                run.Order = RunOrder.Pause;
            }
        }
    }

    /// <summary>Queues a paused, interrupted or failed run again. It goes on after its last kept epoch, or begins at its start when none is kept.</summary>
    /// <exception cref="ConflictException">The run goes on already, or cannot.</exception>
    public async Task ResumeAsync(Guid userId, Guid runId, CancellationToken cancellationToken)
    {
        var who = await DemandAsync(userId, runId, cancellationToken);
        var epoch = checkpoints.EpochOf(runId);
        _ = await records.ChangeAsync(runId, run => run.CanResume, Queue, cancellationToken)
            ?? throw new ConflictException("The run can't be resumed: it goes on already, or has ended for good. Launch a new one with its settings.");
        monitor.Log(runId, epoch is null ? $"{who} started the run again." : $"{who} resumed the run: it goes on after epoch {epoch}.");
        records.TellQueued();

        void Queue(TrainingRun run)
        {
            (run.State, run.Attempts, run.Failure, run.StopReason, run.EndedUtc) = (RunState.Queued, 0, null, null, null);
            run.StartedUtc = epoch is null ? null : run.StartedUtc;
            run.NoticeDueUtc = null;
        }
    }

    /// <summary>Gives a run another name, note and tags, whatever its state.</summary>
    /// <exception cref="InvalidRequestException">Something is missing or too long.</exception>
    public async Task EditAsync(Guid userId, Guid runId, RunNotes notes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notes);
        await DemandAsync(userId, runId, cancellationToken);
        notes.Demand();
        await records.ChangeAsync(runId, _ => true, notes.WriteTo, cancellationToken);
    }

    /// <summary>Puts an ended run aside, or takes it back: lists leave it out unless they are asked for it. Nothing is deleted.</summary>
    /// <exception cref="ConflictException">The run has not ended.</exception>
    public async Task ArchiveAsync(Guid userId, Guid runId, bool isArchived, CancellationToken cancellationToken)
    {
        await DemandAsync(userId, runId, cancellationToken);
        _ = await records.ChangeAsync(runId, run => run.State.IsEnded() || !isArchived, run => run.IsArchived = isArchived, cancellationToken)
            ?? throw new ConflictException("The run can't be archived: it has not ended. Stop it first.");
    }

    /// <returns>The name of who asks, for the run's log.</returns>
    private async Task<string> DemandAsync(Guid userId, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var projectId = await db.TrainingRuns.Where(run => run.Id == runId).Select(run => (Guid?)run.ProjectId).SingleOrDefaultAsync(cancellationToken)
            ?? throw new NotFoundException("The training run is not there any more.");
        await access.DemandAsync(userId, projectId, StudioRight.Train, cancellationToken);
        return await db.Users.Where(user => user.Id == userId).Select(user => user.DisplayName).SingleOrDefaultAsync(cancellationToken) ?? "Somebody";
    }
}
