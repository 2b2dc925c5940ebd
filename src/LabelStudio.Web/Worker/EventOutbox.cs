using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Worker;

/// <summary>
/// Events on their way to the server. The training thread only puts them down; a task of its own sends them on, again when
/// the line was cut, numbered so that nothing counts twice. Of batch reports that wait, only the newest is kept; everything
/// else is never dropped.
/// </summary>
/// <param name="send">Tells the server of events from a number on, or with none that the trainer lives; answers what to do.</param>
/// <param name="onOrder">Told what the server answered.</param>
/// <param name="clock">Paces the sending.</param>
/// <param name="log">Told when events have to wait.</param>
public sealed class EventOutbox(
    Func<long, string[], CancellationToken, Task<RunOrder>> send, Action<RunOrder> onOrder, TimeProvider clock, ILogger log)
{
    private const int MostInMessage = 200;
    private static readonly TimeSpan SendInterval = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly List<TrainingEvent> _waiting = [];
    private long _sent;

    public void Add(TrainingEvent item)
    {
        lock (_gate)
        {
            if (item is BatchCompleted && _waiting.Count > 0 && _waiting[^1] is BatchCompleted)
            {
                _waiting[^1] = item;
            }
            else
            {
                _waiting.Add(item);
            }
        }
    }

    /// <summary>Sends until stopped, which is no error; a heartbeat goes when there is nothing to send.</summary>
    public async Task PumpAsync(CancellationToken stop)
    {
        var lastContact = clock.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            if (await TrySendAsync(clock.GetElapsedTime(lastContact) >= HeartbeatInterval, stop))
            {
                lastContact = clock.GetTimestamp();
            }
            await Task.Delay(SendInterval, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until everything is sent.</summary>
    /// <exception cref="OperationCanceledException">Something could not be sent before.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (HasWaiting)
        {
            if (!await TrySendAsync(isHeartbeatDue: false, cancellationToken))
            {
                await Task.Delay(SendInterval, clock, cancellationToken);
            }
        }
    }

    private bool HasWaiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    private async Task<bool> TrySendAsync(bool isHeartbeatDue, CancellationToken cancellationToken)
    {
        var events = Take();
        if (events.Count == 0 && !isHeartbeatDue)
        {
            return false;
        }
        try
        {
            onOrder(await send(_sent + 1, [.. events.Select(TrainingJson.Write)], cancellationToken));
            _sent += events.Count;
            return true;
        }
        catch (Exception error)
        {
            // Stopped in the middle of a call, too, they go again: whether they had arrived shows by their numbers.
            if (!cancellationToken.IsCancellationRequested)
            {
                log.LogWarning("Events wait: {Reason}", error.Message);
            }
            PutBack(events);
            return false;
        }
    }

    private List<TrainingEvent> Take()
    {
        lock (_gate)
        {
            var taken = _waiting.Take(MostInMessage).ToList();
            _waiting.RemoveRange(0, taken.Count);
            return taken;
        }
    }

    private void PutBack(List<TrainingEvent> events)
    {
        lock (_gate)
        {
            _waiting.InsertRange(0, events);
        }
    }
}
