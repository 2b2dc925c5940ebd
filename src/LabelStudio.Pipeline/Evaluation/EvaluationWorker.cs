using System.Collections.Concurrent;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Carries out waiting evaluations one after the other; one that a restart has interrupted begins anew.</summary>
public sealed class EvaluationWorker(
    IDbContextFactory<StudioDbContext> contexts,
    StudioWriter writer,
    EvaluationExecution execution,
    StudioPaths paths,
    ChangeSignals signals,
    TimeProvider clock,
    ILogger<EvaluationWorker> log) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _wake = new(0);
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _running = new();
    private readonly ConcurrentDictionary<Guid, (int Done, int Total)> _progress = new();

    /// <summary>How far a running evaluation is; zeros for any other.</summary>
    public (int Done, int Total) ProgressOf(Guid evaluationId) => _progress.GetValueOrDefault(evaluationId);

    /// <summary>Looks for waiting evaluations.</summary>
    public void Wake() => _wake.Release();

    /// <summary>Ends a running evaluation soon.</summary>
    /// <returns>False: it does not run.</returns>
    public bool Cancel(Guid evaluationId)
    {
        if (!_running.TryGetValue(evaluationId, out var stop))
        {
            return false;
        }
        try
        {
            stop.Cancel();
            return true;
        }
        catch (ObjectDisposedException)
        {
            // It ended between the two lines.
            return false;
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TakeUpAsync(stoppingToken);
                await WorkAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The program stops: what runs begins anew at the next start.
            }
            catch (Exception error)
            {
                // A full disk or a busy database must not end the program.
                log.LogError(error, "Evaluations cannot be carried out; the next try is in {RetryAfter}", RetryAfter);
                await Task.Delay(RetryAfter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        while (true)
        {
            while (await NextAsync(stop) is { } order)
            {
                await RunAsync(order, stop);
            }
            await _wake.WaitAsync(stop);
        }
    }

    private async Task TakeUpAsync(CancellationToken stop)
    {
        await writer.WriteAsync(
            (db, token) => db.Set<NamedEvaluation>().Where(item => item.State == EvaluationState.Running)
                .ExecuteUpdateAsync(item => item.SetProperty(row => row.State, EvaluationState.Waiting), token),
            stop);
        // Folders whose project was deleted, or that were not whole when the program ended.
        await using var db = await contexts.CreateDbContextAsync(stop);
        var kept = await db.Set<NamedEvaluation>().Where(item => item.State == EvaluationState.Succeeded).Select(item => item.Id).ToHashSetAsync(stop);
        foreach (var folder in Directory.GetDirectories(paths.Evaluations))
        {
            if (!Guid.TryParseExact(Path.GetFileName(folder), "D", out var id) || !kept.Contains(id))
            {
                EvaluationFiles.Delete(folder);
            }
        }
    }

    private async Task<NamedEvaluation?> NextAsync(CancellationToken stop)
    {
        var next = await writer.WriteAsync(
            async (db, token) =>
            {
                var row = await db.Set<NamedEvaluation>().Where(item => item.State == EvaluationState.Waiting)
                    .OrderBy(item => item.CreatedUtc).ThenBy(item => item.Id).FirstOrDefaultAsync(token);
                if (row is not null)
                {
                    row.State = EvaluationState.Running;
                    _running[row.Id] = CancellationTokenSource.CreateLinkedTokenSource(stop);
                }
                return row;
            },
            stop);
        if (next is not null)
        {
            signals.Publish(next.ProjectId, ChangeTopic.Evaluations);
        }
        return next;
    }

    private async Task RunAsync(NamedEvaluation order, CancellationToken stop)
    {
        using var cancel = _running[order.Id];
        var folder = paths.EvaluationFolder(order.Id);
        var isKept = false;
        try
        {
            var outcome = await execution.ExecuteAsync(order, (done, total) => Advance(order, done, total), cancel.Token);
            Directory.CreateDirectory(folder);
            EvaluationFiles.Write(folder, outcome.Report, outcome.Predictions, outcome.Probabilities);
            var metrics = outcome.Report.Metrics;
            isKept = await EndAsync(order, EvaluationState.Succeeded, row =>
            {
                // Somebody who was told that it is cancelled must not find a result.
                cancel.Token.ThrowIfCancellationRequested();
                (row.TestCount, row.Accuracy, row.MacroF1) = (metrics?.Count ?? 0, metrics?.Accuracy, outcome.Report.MacroF1);
            });
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            await EndAsync(order, EvaluationState.Cancelled);
        }
        catch (Exception error) when (error is StudioException or ModelFolderException)
        {
            await EndAsync(order, EvaluationState.Failed, row => row.Problem = error.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogError(error, "Evaluation {EvaluationId} of model {ModelVersionId} failed", order.Id, order.ModelVersionId);
            await EndAsync(order, EvaluationState.Failed, row => row.Problem = $"The evaluation ended with an error: {error.Message}");
        }
        finally
        {
            if (!isKept)
            {
                EvaluationFiles.Delete(folder);
            }
            _running.TryRemove(order.Id, out _);
            _progress.TryRemove(order.Id, out _);
        }
    }

    private void Advance(NamedEvaluation order, int done, int total)
    {
        _progress[order.Id] = (done, total);
        signals.Publish(order.ProjectId, ChangeTopic.Evaluations);
    }

    /// <returns>False: it is not there any more. It or its project may have been deleted meanwhile.</returns>
    private async Task<bool> EndAsync(NamedEvaluation order, EvaluationState state, Action<NamedEvaluation>? change = null)
    {
        var isThere = await writer.WriteAsync(
            async (db, token) =>
            {
                if (await db.Set<NamedEvaluation>().SingleOrDefaultAsync(item => item.Id == order.Id, token) is not { } row)
                {
                    return false;
                }
                change?.Invoke(row);
                (row.State, row.EndedUtc) = (state, clock.GetUtcNow().UtcDateTime);
                return true;
            },
            CancellationToken.None);
        signals.Publish(order.ProjectId, ChangeTopic.Evaluations | ChangeTopic.Models);
        return isThere;
    }
}
