using System.Collections.Concurrent;

namespace LabelStudio.Pipeline.Review;

/// <summary>What searches found, kept for each project. One search at a time: it uses every core. Thread-safe.</summary>
internal sealed class KeptSearches<T> : IDisposable
    where T : class
{
    private readonly ConcurrentDictionary<Guid, T> _found = new();
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Null: nobody has searched yet.</summary>
    public T? Of(Guid projectId) => _found.GetValueOrDefault(projectId);

    /// <summary>What is kept; searches when there is nothing or a new search is asked for. Who waited for another's search takes its outcome.</summary>
    public async Task<T> FindAsync(Guid projectId, bool again, Func<Task<T>> search, CancellationToken cancellationToken)
    {
        var before = Of(projectId);
        return before is not null && !again
            ? before
            : await FindAsync(projectId, kept => kept is not null && !ReferenceEquals(kept, before) ? Task.FromResult(kept) : search(), cancellationToken);
    }

    /// <param name="search">Given what is kept, or null; gives it back as long as it is good.</param>
    public async Task<T> FindAsync(Guid projectId, Func<T?, Task<T>> search, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return _found[projectId] = await search(Of(projectId));
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
