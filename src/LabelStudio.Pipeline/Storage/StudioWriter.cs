using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Storage;

/// <summary>
/// The one writer: works queue up, several share one transaction (a savepoint each), and a task completes only after the
/// commit is on the disk. A failing work fails alone. Keep works short and free of slow calls: everybody waits for them.
/// </summary>
public sealed class StudioWriter(IDbContextFactory<StudioDbContext> contexts, ILogger<StudioWriter> log) : IAsyncDisposable
{
    /// <summary>Runs <paramref name="work"/> and saves what it changed; must not call the writer from inside.</summary>
    public Task<T> WriteAsync<T>(Func<StudioDbContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{contexts} {log}");

    public Task WriteAsync(Func<StudioDbContext, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(
            async (db, token) =>
            {
                await work(db, token);
                return true;
            },
            cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
