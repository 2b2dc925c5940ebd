using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Storage;

internal sealed class ChangeSubscription(
    Guid projectId,
    ChangeTopic topics,
    Func<Task> onChanged,
    TimeSpan minimumInterval,
    TimeProvider clock,
    ILogger log,
    Action<ChangeSubscription> remove) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly CancellationTokenSource _stop = new();
    private long _lastCall;
    private bool _hasCalled;
    private bool _pending;
    private bool _running;
    private bool _disposed;

    public bool Wants(Guid project, ChangeTopic topic) =>
        (projectId == Guid.Empty || project == Guid.Empty || projectId == project) && (topics & topic) != 0;

    public void Signal()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _pending = true;
            if (_running)
            {
                return;
            }

            _running = true;
        }

        if (_context is null)
        {
            _ = Task.Run(RunAsync);
        }
        else
        {
            ExecutionContext.Run(_context, static me => _ = Task.Run(((ChangeSubscription)me!).RunAsync), this);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        remove(this);
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (await WaitForTurnAsync() && TakePending())
        {
            try
            {
                await onChanged();
            }
            catch (ObjectDisposedException)
            {
                // The page went away between the signal and the call.
            }
            catch (Exception error)
            {
                log.LogError(error, "A listener to {Topics} of project {Project} failed", topics, projectId);
            }
        }
    }

    private async Task<bool> WaitForTurnAsync()
    {
        var wait = _hasCalled ? minimumInterval - clock.GetElapsedTime(_lastCall) : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero)
        {
            return true;
        }

        try
        {
            await Task.Delay(wait, clock, _stop.Token);
            return true;
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private bool TakePending()
    {
        lock (_gate)
        {
            if (!_pending || _disposed)
            {
                _running = false;
                return false;
            }

            _pending = false;
            _hasCalled = true;
            _lastCall = clock.GetTimestamp();
            return true;
        }
    }
}
