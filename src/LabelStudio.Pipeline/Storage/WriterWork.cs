namespace LabelStudio.Pipeline.Storage;

/// <summary>One queued work of the writer and the promise of its result.</summary>
internal abstract class WriterWork(CancellationToken cancellationToken)
{
    public CancellationToken CancellationToken { get; } = cancellationToken;

    public abstract Task RunAsync(StudioDbContext db);

    /// <summary>Only after the commit.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception error);
}

internal sealed class WriterWork<T>(
    Func<StudioDbContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    : WriterWork(cancellationToken)
{
    private readonly TaskCompletionSource<T> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Promise => _promise.Task;

    public override async Task RunAsync(StudioDbContext db)
    {
        CancellationToken.ThrowIfCancellationRequested();
        _result = await work(db, CancellationToken);
        await db.SaveChangesAsync(CancellationToken);
    }

    public override void Complete() => _promise.TrySetResult(_result);

    public override void Fail(Exception error)
    {
        if (error is OperationCanceledException && CancellationToken.IsCancellationRequested)
        {
            _promise.TrySetCanceled(CancellationToken);
        }
        else
        {
            _promise.TrySetException(error);
        }
    }
}
