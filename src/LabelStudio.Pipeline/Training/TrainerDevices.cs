using System.Collections.Concurrent;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// Which device trains which run: one run a device, for two would only take turns and fill its memory together. In memory,
/// as no run outlives the server in a trainer's hands. Thread-safe.
/// </summary>
internal sealed class TrainerDevices(TimeProvider clock)
{
    /// <summary>Trainers ask every few seconds; who has not asked for so long waits no more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>The run that each place trains; an empty id while one is being claimed.</summary>
    private readonly ConcurrentDictionary<string, Guid> _busy = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (WaitingTrainer Trainer, long Asked)> _waiting = new(StringComparer.Ordinal);

    /// <summary>Trainers that would claim a run if their device were free.</summary>
    public IReadOnlyList<WaitingTrainer> Waiting =>
        [.. _waiting.Values.Where(item => clock.GetElapsedTime(item.Asked) < Patience).Select(item => item.Trainer).OrderBy(item => item.Worker, StringComparer.Ordinal)];

    /// <summary>Keeps a place for the run that is about to be claimed; false: it trains one already.</summary>
    public bool TryKeep(string place) => _busy.TryAdd(place, Guid.Empty);

    public void Take(string worker, string place, Guid runId)
    {
        _busy[place] = runId;
        _waiting.TryRemove(worker, out _);
    }

    /// <summary>Nothing was there to be claimed.</summary>
    public void GiveBack(string worker, string place)
    {
        _busy.TryRemove(place, out _);
        _waiting.TryRemove(worker, out _);
    }

    /// <summary>The run has left its trainer's hands.</summary>
    public void Free(Guid runId)
    {
        foreach (var (place, _) in _busy.Where(item => item.Value == runId))
        {
            _busy.TryRemove(new KeyValuePair<string, Guid>(place, runId));
        }
    }

    /// <returns>Whether the trainer waits from now on; false: it did already.</returns>
    public bool Wait(string worker, string device, string place)
    {
        var isNew = !Waiting.Any(item => item.Worker == worker);
        _waiting[worker] = (new WaitingTrainer(worker, device, place, _busy.GetValueOrDefault(place)), clock.GetTimestamp());
        return isNew;
    }
}
