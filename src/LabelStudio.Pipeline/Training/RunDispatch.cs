using System.Collections.Concurrent;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// Training runs as trainers see them: claimed, reported on, handed in or lost. A trainer is known by its name; a run
/// answers only to the trainer that holds it.
/// </summary>
public sealed class RunDispatch(
    IDbContextFactory<StudioDbContext> contexts,
    RunRecords records,
    TrainingMonitor monitor,
    TimeProvider clock,
    ILogger<RunDispatch> log)
{
    /// <summary>A trainer that was not heard of for so long has vanished.</summary>
    public static readonly TimeSpan VanishedAfter = TimeSpan.FromSeconds(30);

    private const int MostAttempts = 2;
    private readonly ConcurrentDictionary<Guid, long> _heartbeats = new();
    private readonly TrainerDevices _devices = new(clock);
    private readonly HeardTrainers _trainers = new(clock);

    /// <summary>The trainers that were heard of lately, by name.</summary>
    public IReadOnlyList<TrainerInfo> Trainers => _trainers.List;

    /// <summary>Trainers that claim nothing because their device is busy with another trainer's run.</summary>
    public IReadOnlyList<WaitingTrainer> Waiting => _devices.Waiting;

    /// <summary>Gives the oldest queued run to a trainer; null: there is none, or its device trains one already.</summary>
    /// <param name="worker">The trainer's name.</param>
    /// <param name="device">The device's name, for people.</param>
    /// <param name="place">The machine and the device on it; trainers that share a device say the same.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<RunAssignment?> ClaimAsync(string worker, string device, string place, CancellationToken cancellationToken)
    {
        if (!_devices.TryKeep(place))
        {
            _trainers.Asked(worker, device, place, null);
            await WaitAsync(worker, device, place, cancellationToken);
            return null;
        }
        RunAssignment? claimed = null;
        try
        {
            return claimed = await ClaimOldestAsync(worker, device, cancellationToken);
        }
        finally
        {
            _trainers.Asked(worker, device, place, claimed?.RunId);
            if (claimed is null)
            {
                _devices.GiveBack(worker, place);
            }
            else
            {
                _devices.Take(worker, place, claimed.RunId);
            }
        }
    }

    private async Task<RunAssignment?> ClaimOldestAsync(string worker, string device, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = await OldestQueuedAsync(cancellationToken);
            if (next is null)
            {
                return null;
            }
            // Another trainer may have been quicker: then the run is not queued any more, and the next one is tried.
            var run = await records.ChangeAsync(next.Value, item => item.State == RunState.Queued, Hold, cancellationToken);
            if (run is not null)
            {
                _heartbeats[run.Id] = clock.GetTimestamp();
                monitor.BeginWorker(run.Id);
                log.LogInformation("Run {RunId} was claimed by {Worker} ({Device})", run.Id, worker, device);
                await using var db = await contexts.CreateDbContextAsync(cancellationToken);
                return RunAssignment.Of(run) with
                {
                    Retired = await RetiredClasses.ListAsync(db, run.ProjectId, cancellationToken),
                    OriginalBytes = await OriginalBytesAsync(db, run, cancellationToken),
                };
            }
        }

        void Hold(TrainingRun run)
        {
            (run.State, run.Worker, run.Device, run.StartedUtc) = (RunState.Preparing, worker, device, run.StartedUtc ?? records.Now);
            (run.Order, run.Failure, run.EndedUtc) = (RunOrder.Continue, null, null);
            run.Attempts++;
        }
    }

    private static async Task<long> OriginalBytesAsync(StudioDbContext db, TrainingRun run, CancellationToken cancellationToken)
    {
        var classes = run.ClassesByLeftOut()[false].Select(item => item.Id).ToArray();
        return await db.Images
            .Where(image => image.ProjectId == run.ProjectId && image.LabelClassId != null && EF.Parameter(classes).Contains(image.LabelClassId.Value))
            .SumAsync(image => image.ByteCount, cancellationToken);
    }

    /// <summary>Adds what a trainer reports. The first report of training makes the run a running one.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="worker">The trainer that holds it.</param>
    /// <param name="firstNumber">The trainer's own number of the first event, from 1.</param>
    /// <param name="events">The events in their order.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<RunOrder> RecordAsync(
        Guid runId, string worker, long firstNumber, IReadOnlyList<TrainingEvent> events, CancellationToken cancellationToken)
    {
        var order = await HeartbeatAsync(runId, worker, cancellationToken);
        if (order == RunOrder.Abandon)
        {
            return order;
        }
        var added = monitor.AppendFromWorker(runId, firstNumber, events);
        if (added.OfType<RunStarted>().Any())
        {
            await records.ChangeAsync(runId, run => run.State == RunState.Preparing && run.Worker == worker, run => run.State = RunState.Running, cancellationToken);
        }
        return order;
    }

    /// <summary>The trainer lives; tells what it shall do with its run.</summary>
    public async Task<RunOrder> HeartbeatAsync(Guid runId, string worker, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await db.TrainingRuns.Where(item => item.Id == runId)
            .Select(item => new { item.State, item.Order, item.Worker }).SingleOrDefaultAsync(cancellationToken);
        if (run is null || run.Worker != worker || !run.State.IsHeld())
        {
            return RunOrder.Abandon;
        }
        _heartbeats[runId] = clock.GetTimestamp();
        _trainers.Reported(worker);
        return run.Order;
    }

    /// <summary>The assignment of a run that this trainer holds.</summary>
    /// <exception cref="ConflictException">The run is not this trainer's.</exception>
    public async Task<RunAssignment> AssignmentAsync(Guid runId, string worker, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await db.TrainingRuns.AsNoTracking().SingleOrDefaultAsync(item => item.Id == runId, cancellationToken);
        return run is not null && run.Worker == worker && run.State.IsHeld()
            ? RunAssignment.Of(run)
            : throw new ConflictException("The training run is not held by this trainer any more. Claim another one.");
    }

    /// <summary>The trainer's model was taken in already.</summary>
    public async Task<bool> IsHandedInAsync(Guid runId, string worker, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.TrainingRuns.AnyAsync(run => run.Id == runId && run.Worker == worker && run.State == RunState.Succeeded, cancellationToken);
    }

    /// <summary>The trainer could not go on.</summary>
    public async Task FailAsync(Guid runId, string worker, string message, StopReason? reason, CancellationToken cancellationToken)
    {
        log.LogWarning("Run {RunId} failed on {Worker}: {Message}", runId, worker, message);
        await EndAsync(runId, worker, RunState.Failed, message, reason, cancellationToken);
    }

    /// <summary>The trainer has dropped its run, as somebody asked.</summary>
    public Task CancelledAsync(Guid runId, string worker, CancellationToken cancellationToken) =>
        EndAsync(runId, worker, RunState.Cancelled, null, StopReason.UserStopped, cancellationToken);

    /// <summary>The trainer has paused its run, as somebody asked.</summary>
    public async Task PausedAsync(Guid runId, string worker, CancellationToken cancellationToken)
    {
        Forget(runId);
        var run = await records.ChangeAsync(runId, item => item.Worker == worker && item.State.IsHeld(), Pause, cancellationToken);
        if (run is not null)
        {
            monitor.Log(runId, "Paused.");
        }

        static void Pause(TrainingRun run) => (run.State, run.Order) = (RunState.Paused, RunOrder.Continue);
    }

    /// <summary>A trainer's process has died: its run is interrupted, for the run itself may be what killed it.</summary>
    public async Task WorkerDiedAsync(string worker, string reason, CancellationToken cancellationToken)
    {
        foreach (var runId in await HeldByAsync(worker, cancellationToken))
        {
            monitor.Log(runId, reason);
            await EndAsync(runId, worker, RunState.Interrupted, reason, null, cancellationToken);
        }
    }

    /// <summary>Runs whose trainer was not heard of go back to the queue, once; then they count as interrupted.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var (runId, heard) in _heartbeats)
        {
            if (clock.GetElapsedTime(heard) < VanishedAfter)
            {
                continue;
            }
            Forget(runId);
            var run = await records.ChangeAsync(runId, item => item.State.IsHeld(), Lose, cancellationToken);
            if (run is not null)
            {
                log.LogWarning("The trainer {Worker} of run {RunId} has vanished; the run is {State} now", run.Worker, runId, run.State);
                monitor.Log(runId, $"The trainer '{run.Worker}' was not heard of for {VanishedAfter.TotalSeconds:0} seconds.");
                records.TellQueued();
            }
        }

        void Lose(TrainingRun run)
        {
            if (run.State == RunState.Stopping)
            {
                records.End(run, RunState.Cancelled, "The trainer vanished while it was asked to stop.");
            }
            else if (run.Attempts < MostAttempts)
            {
                (run.State, run.Order) = (RunState.Queued, RunOrder.Continue);
            }
            else
            {
                records.End(run, RunState.Interrupted, $"The trainer vanished for the {run.Attempts}. time. Look at its machine, then resume the run.");
            }
        }
    }

    /// <summary>At start no trainer can hold a run: whatever is left as held was interrupted with the server.</summary>
    public async Task InterruptLeftOversAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var left = await db.TrainingRuns
            .Where(run => run.State == RunState.Preparing || run.State == RunState.Running || run.State == RunState.Stopping)
            .Select(run => run.Id).ToListAsync(cancellationToken);
        foreach (var runId in left)
        {
            const string reason = "The server was stopped while the run was going on. Resume it to go on after its last epoch.";
            await records.ChangeAsync(runId, run => run.State.IsHeld(), run => records.End(run, RunState.Interrupted, reason), cancellationToken);
            monitor.Log(runId, reason);
        }
    }

    /// <summary>Ends a held run; used by whoever takes its result in, too.</summary>
    internal void Forget(Guid runId)
    {
        _heartbeats.TryRemove(runId, out _);
        _devices.Free(runId);
        _trainers.Free(runId);
    }

    /// <summary>Only a trainer that would have something to do waits; the pages show it.</summary>
    private async Task WaitAsync(string worker, string device, string place, CancellationToken cancellationToken)
    {
        if (await OldestQueuedAsync(cancellationToken) is { } next && _devices.Wait(worker, device, place))
        {
            log.LogInformation("Trainer {Worker} waits: {Place} trains a run already", worker, place);
            await records.TellAsync(next, cancellationToken);
        }
    }

    private async Task EndAsync(
        Guid runId, string worker, RunState state, string? failure, StopReason? reason, CancellationToken cancellationToken)
    {
        Forget(runId);
        await records.ChangeAsync(
            runId, run => run.Worker == worker && run.State.IsHeld(), run => records.End(run, state, failure, reason), cancellationToken);
    }

    private async Task<Guid?> OldestQueuedAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.TrainingRuns.Where(run => run.State == RunState.Queued).OrderBy(run => run.CreatedUtc).ThenBy(run => run.Id)
            .Select(run => (Guid?)run.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private async Task<List<Guid>> HeldByAsync(string worker, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.TrainingRuns
            .Where(run => run.Worker == worker && (run.State == RunState.Preparing || run.State == RunState.Running || run.State == RunState.Stopping))
            .Select(run => run.Id).ToListAsync(cancellationToken);
    }
}
