using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Worker;

/// <summary>
/// Events on their way to the server. The training thread only puts them down; a task of its own sends them on, again when
/// the line was cut, numbered so that nothing counts twice. Of batch reports that wait, only the newest is kept; everything
/// else is never dropped.
/// </summary>
internal sealed class EventOutbox(WorkerConnection connection, Guid runId, Action<RunOrder> onOrder, TimeProvider clock, ILogger log)
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

    /// <summary>Sends until stopped; a heartbeat goes when there is nothing to send.</summary>
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
            onOrder(events.Count == 0
                ? await connection.HeartbeatAsync(runId, cancellationToken)
                : await connection.PublishAsync(runId, _sent + 1, [.. events.Select(TrainingJson.Write)], cancellationToken));
            _sent += events.Count;
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            log.LogWarning("Events of run {RunId} wait: {Reason}", runId, error.Message);
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
