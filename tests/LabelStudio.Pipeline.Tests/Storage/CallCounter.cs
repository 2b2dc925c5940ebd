namespace LabelStudio.Pipeline.Tests.Storage;

/// <summary>A listener that counts its calls.</summary>
internal sealed class CallCounter(Task? result = null)
{
    private readonly SemaphoreSlim _called = new(0);
    private int _count;
    private int _now;
    private int _mostAtOnce;

    public int Count => Volatile.Read(ref _count);

    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

    public async Task CallAsync()
    {
        _mostAtOnce = Math.Max(_mostAtOnce, Interlocked.Increment(ref _now));
        Interlocked.Increment(ref _count);
        _called.Release();
        try
        {
            await (result ?? Task.CompletedTask);
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }

    public async Task ReachAsync(int count)
    {
        while (Count < count)
        {
            Assert.True(await _called.WaitAsync(TimeSpan.FromSeconds(20)), $"The listener was called {Count} times, not {count}.");
        }
    }
}
