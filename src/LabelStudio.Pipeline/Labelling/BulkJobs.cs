using System.Collections.Concurrent;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>
/// Actions on thousands of images, done while the person goes on or has left: with progress, and stopped when asked. One at a
/// time for each person and project. They are kept on the disk, and go on after a restart.
/// </summary>
public sealed class BulkJobs(
    BulkJobRows rows, ImageLabeller labeller, ImageTrash trash, SplitMoves moves, ProjectAccess access, TimeProvider clock, ILogger<BulkJobs> log)
    : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(Guid UserId, Guid ProjectId), BulkJobRun> _runs = new();
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins an action. Needs the right to label, for an import to upload, for splits and the trash to manage the project.</summary>
    /// <exception cref="ConflictException">The person's last one in this project is not done.</exception>
    public async Task<BulkJobStatus> StartAsync(Guid userId, Guid projectId, BulkOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        order.Check();
        await access.DemandAsync(userId, projectId, RightFor(order.Action), cancellationToken);
        var job = await rows.AddAsync(userId, projectId, order, cancellationToken);
        Run(job);
        return BulkJobStatus.Of(job);
    }

    /// <summary>The person's last action in a project; null: none. Needs the right to label.</summary>
    public async Task<BulkJobStatus?> LastAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        return await rows.LastAsync(userId, projectId, cancellationToken);
    }

    /// <summary>Ends the person's action after the part it is at; what is done holds and can be undone. Needs the right to label.</summary>
    /// <returns>How far it came; null: there is none.</returns>
    public async Task<BulkJobStatus?> CancelAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        if (_runs.TryGetValue((userId, projectId), out var run))
        {
            run.Cancel();
            await run.Ended.Task.WaitAsync(cancellationToken);
        }

        return await rows.LastAsync(userId, projectId, cancellationToken);
    }

    /// <summary>Goes on with what the program's last end left.</summary>
    async Task IHostedService.StartAsync(CancellationToken cancellationToken)
    {
        foreach (var job in await rows.RunningAsync(cancellationToken))
        {
            Run(job);
        }
    }

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => CloseAsync().WaitAsync(cancellationToken);

    public ValueTask DisposeAsync() => new(CloseAsync());

    /// <summary>Waits for the end of the person's last action.</summary>
    internal Task EndOfLastAsync(Guid userId, Guid projectId) =>
        _runs.TryGetValue((userId, projectId), out var run) ? run.Ended.Task : Task.CompletedTask;

    private static StudioRight RightFor(BulkAction action) => action switch
    {
        BulkAction.Decide => StudioRight.Label,
        BulkAction.Import => StudioRight.Upload,
        _ => StudioRight.ManageProject,
    };

    /// <summary>What is not done yet stays for the next start.</summary>
    private Task CloseAsync()
    {
        _closing.TrySetResult();
        foreach (var run in _runs.Values)
        {
            run.Cancel();
        }

        return Task.WhenAll(_runs.Values.Select(run => run.Ended.Task));
    }

    private void Run(BulkJob job)
    {
        var run = new BulkJobRun();
        _runs[(job.UserId, job.ProjectId)] = run;
        _ = Task.Run(() => RunAsync(job, run), CancellationToken.None);
    }

    private async Task RunAsync(BulkJob job, BulkJobRun run)
    {
        var (state, problem) = await OutcomeAsync(job.Id, run.Stop);
        if (state != BulkJobState.Running)
        {
            await EndAsync(job.Id, state, problem);
        }

        // The person may have begun the next one: that stays.
        _runs.TryRemove(KeyValuePair.Create((job.UserId, job.ProjectId), run));
        run.Ended.TrySetResult();
        run.Dispose();
    }

    /// <summary>Tries until it is saved, as the person can begin nothing else before; else it goes on at the next start.</summary>
    private async Task EndAsync(Guid jobId, BulkJobState state, string? problem)
    {
        while (!_closing.Task.IsCompleted)
        {
            try
            {
                await rows.EndAsync(jobId, state, problem, CancellationToken.None);
                return;
            }
            catch (Exception error)
            {
                // A full disk, say.
                log.LogError(error, "The end of action {JobId} on many images was not saved; the next try is in {RetryAfter}", jobId, RetryAfter);
                await _closing.Task.WaitAsync(RetryAfter, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<(BulkJobState State, string? Problem)> OutcomeAsync(Guid jobId, CancellationToken stop)
    {
        try
        {
            while (await rows.NextAsync(jobId, stop) is var (job, chunk, parts))
            {
                await ActAsync(job, chunk, parts, stop);
            }

            return (BulkJobState.Done, null);
        }
        catch (Exception) when (_closing.Task.IsCompleted)
        {
            return (BulkJobState.Running, null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (BulkJobState.Cancelled, null);
        }
        catch (StudioException error)
        {
            return (BulkJobState.Failed, error.Message);
        }
        catch (Exception error)
        {
            log.LogError(error, "Action {JobId} on many images failed", jobId);
            return (BulkJobState.Failed, "The action failed before its end. What was done holds; try again for the others.");
        }
    }

    private async Task ActAsync(BulkJob job, BulkChunk chunk, IReadOnlyList<BulkPart> parts, CancellationToken stop)
    {
        await access.DemandAsync(job.UserId, job.ProjectId, RightFor(job.Action), stop);
        long[] images = [.. parts.SelectMany(part => part.ImageIds)];
        switch (job.Action)
        {
            case BulkAction.Decide or BulkAction.Import:
                Decision[] decisions = [.. parts.SelectMany(part => part.Decisions(job.Kind!.Value, job.OnlyUnlabelled, job.AsOf))];
                await labeller.DecideSomeAsync(
                    job.UserId,
                    job.ProjectId,
                    decisions,
                    job.Id,
                    startsAction: job.Changed == 0,
                    job.Action == BulkAction.Import ? AnnotationOrigin.Import : AnnotationOrigin.Bulk,
                    (db, results, token) => BulkJobRows.AdvanceAsync(db, chunk, images.Length, BulkResult.Of(results), null, token),
                    stop);
                break;
            case BulkAction.Split:
                await moves.MoveSomeAsync(
                    job.UserId,
                    job.ProjectId,
                    images,
                    job.Split!.Value,
                    (db, moved, token) => BulkJobRows.AdvanceAsync(db, chunk, images.Length, new BulkResult(moved.Count, []), moved.MoveId, token),
                    stop);
                break;
            case BulkAction.Trash:
                await trash.MoveSomeAsync(
                    job.UserId,
                    job.ProjectId,
                    images,
                    (db, count, token) => BulkJobRows.AdvanceAsync(db, chunk, images.Length, new BulkResult(count, []), null, token),
                    stop);
                break;
            default:
                throw new InvalidOperationException($"{job.Action} is no action.");
        }
    }
}
