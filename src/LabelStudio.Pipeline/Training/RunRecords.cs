using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// The one place where a run changes its state: each change is one conditional write, after which the monitor, the pages
/// and the trainers are told.
/// </summary>
public sealed class RunRecords(
    StudioWriter writer, TrainingMonitor monitor, RunCheckpoints checkpoints, StudioPaths paths, ChangeSignals signals, TimeProvider clock)
{
    /// <summary>Told after a run was queued, on the thread of whoever queued it.</summary>
    public event Action? Queued;

    /// <summary>Told after a run ended, on the thread of whoever ended it.</summary>
    public event Action? Ended;

    /// <summary>Told after somebody asked a trainer to stop or pause its run.</summary>
    public event Action<Guid, RunOrder>? Ordered;

    public DateTime Now => clock.GetUtcNow().UtcDateTime;

    internal async Task<Guid> AddAsync(Func<int, TrainingRun> newRun, Guid projectId, CancellationToken cancellationToken)
    {
        var run = await writer.WriteAsync(
            async (db, token) =>
            {
                var number = await db.TrainingRuns.CountAsync(item => item.ProjectId == projectId, token) + 1;
                var added = newRun(number);
                db.TrainingRuns.Add(added);
                return added;
            },
            cancellationToken);
        var folder = Directory.CreateDirectory(paths.RunFolder(run.Id)).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "plan.json"), run.PlanJson, cancellationToken);
        Tell(run.Id, projectId, RunState.Queued);
        Queued?.Invoke();
        return run.Id;
    }

    internal void TeachState(TrainingRun run) => monitor.TeachState(run.Id, run.State);

    /// <summary>Ends a waiting run at once; asks the trainer of a running one.</summary>
    internal async Task RequestStopAsync(Guid runId, RunOrder order, CancellationToken cancellationToken)
    {
        var run = await ChangeAsync(
            runId,
            item => !item.State.IsEnded(),
            item =>
            {
                if (!item.State.IsHeld())
                {
                    End(item, RunState.Cancelled);
                }
                else
                {
                    (item.State, item.Order) = (RunState.Stopping, order);
                }
            },
            cancellationToken);
        if (run?.State == RunState.Stopping)
        {
            TellOrder(runId, order);
        }
    }

    /// <summary>Changes a run if it is as expected when its turn to be written comes.</summary>
    /// <returns>The run after the change; null: it was not as expected, and nothing changed.</returns>
    internal async Task<TrainingRun?> ChangeAsync(
        Guid runId, Func<TrainingRun, bool> isExpected, Action<TrainingRun> change, CancellationToken cancellationToken)
    {
        var run = await writer.WriteAsync(
            async (db, token) =>
            {
                var item = await db.TrainingRuns.SingleOrDefaultAsync(row => row.Id == runId, token);
                if (item is null || !isExpected(item))
                {
                    return null;
                }
                change(item);
                return item;
            },
            cancellationToken);
        if (run is not null)
        {
            Tell(runId, run.ProjectId, run.State);
        }
        return run;
    }

    internal void End(TrainingRun run, RunState state, string? failure = null, StopReason? reason = null)
    {
        (run.State, run.Failure, run.StopReason, run.EndedUtc) = (state, failure, reason ?? run.StopReason, Now);
        run.Order = RunOrder.Continue;
        (run.NoticeDueUtc, run.NoticeAttempts) = (state.IsEnded() ? Now : null, 0);
    }

    internal void Tell(Guid runId, Guid projectId, RunState state)
    {
        if (state.IsEnded() && !state.CanGoOn())
        {
            checkpoints.Delete(runId);
        }
        if (state.IsEnded())
        {
            Ended?.Invoke();
        }
        monitor.SetState(runId, state);
        signals.Publish(projectId, ChangeTopic.Runs);
    }

    /// <summary>What is shown beside a run has changed, not the run itself.</summary>
    internal async Task TellAsync(Guid runId, CancellationToken cancellationToken) => await ChangeAsync(runId, _ => true, _ => { }, cancellationToken);

    internal void TellQueued() => Queued?.Invoke();

    internal void TellOrder(Guid runId, RunOrder order) => Ordered?.Invoke(runId, order);
}
