using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Storage;

/// <summary>
/// The one writer: works queue up, several share one transaction (a savepoint each), and a task completes only after the
/// commit is on the disk. A failing work fails alone. Keep works short and free of slow calls: everybody waits for them.
/// </summary>
public sealed class StudioWriter : IAsyncDisposable
{
    /// <summary>Enough to share one disk flush among all who wait, few enough that the first does not wait for long.</summary>
    private const int LargestGroup = 64;

    private const string Savepoint = "work";

    private readonly IDbContextFactory<StudioDbContext> _contexts;
    private readonly ILogger<StudioWriter> _log;
    private readonly AsyncLocal<bool> _insideWork = new();
    private readonly Channel<WriterWork> _queue =
        Channel.CreateUnbounded<WriterWork>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Task _loop;

    public StudioWriter(IDbContextFactory<StudioDbContext> contexts, ILogger<StudioWriter> log)
    {
        _contexts = contexts;
        _log = log;
        using (ExecutionContext.SuppressFlow())
        {
            _loop = Task.Run(RunAsync);
        }
    }

    /// <summary>Runs <paramref name="work"/> and saves what it changed; must not call the writer from inside.</summary>
    public Task<T> WriteAsync<T>(Func<StudioDbContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (_insideWork.Value)
        {
            throw new InvalidOperationException("A work of the writer waits for the writer: it would wait for ever.");
        }

        var item = new WriterWork<T>(work, cancellationToken);
        return _queue.Writer.TryWrite(item)
            ? item.Promise
            : throw new StudioException("The program is shutting down: nothing was saved. Try again in a moment.");
    }

    public Task WriteAsync(Func<StudioDbContext, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(
            async (db, token) =>
            {
                await work(db, token);
                return true;
            },
            cancellationToken);

    /// <summary>Takes no more works, and ends when those queued are committed.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        _insideWork.Value = true;
        var group = new List<WriterWork>(LargestGroup);
        while (await _queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < LargestGroup && _queue.Reader.TryRead(out var work))
            {
                group.Add(work);
            }

            await CommitAsync(group);
        }
    }

    private async Task CommitAsync(List<WriterWork> group)
    {
        var open = new List<WriterWork>(group);
        try
        {
            await using var db = await _contexts.CreateDbContextAsync();
            db.Database.AutoSavepointsEnabled = false;
            await using var transaction = await db.Database.BeginTransactionAsync();
            foreach (var work in group)
            {
                if (await FailureOfAsync(work, db, transaction) is { } failure)
                {
                    open.Remove(work);
                    work.Fail(failure);
                }
            }

            await transaction.CommitAsync();
            open.ForEach(work => work.Complete());
        }
        catch (Exception error)
        {
            _log.LogError(error, "A group of {Count} works was not committed", open.Count);
            open.ForEach(work => work.Fail(error));
        }
    }

    private static async Task<Exception?> FailureOfAsync(WriterWork work, StudioDbContext db, IDbContextTransaction transaction)
    {
        await transaction.CreateSavepointAsync(Savepoint);
        try
        {
            await work.RunAsync(db);
            await transaction.ReleaseSavepointAsync(Savepoint);
            return null;
        }
        catch (Exception error)
        {
            await transaction.RollbackToSavepointAsync(Savepoint);
            return error;
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }
}
