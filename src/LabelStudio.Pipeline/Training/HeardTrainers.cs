using System.Collections.Concurrent;

namespace LabelStudio.Pipeline.Training;

/// <summary>Which trainers there are, as far as they were heard of since the server started. In memory; thread-safe.</summary>
internal sealed class HeardTrainers(TimeProvider clock)
{
    /// <summary>One that has been silent for longer is gone and not only away.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, TrainerInfo> _trainers = new(StringComparer.Ordinal);

    public IReadOnlyList<TrainerInfo> List =>
        [.. _trainers.Values.Where(item => Now - item.HeardUtc < KeptFor).OrderBy(item => item.Worker, StringComparer.Ordinal)];

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>A trainer asked for a run.</summary>
    public void Asked(string worker, string device, string place, Guid? claimed) => _trainers[worker] = new TrainerInfo(worker, device, place, claimed, Now);

    /// <summary>A trainer reported on its run.</summary>
    public void Reported(string worker)
    {
        if (_trainers.TryGetValue(worker, out var known))
        {
            _trainers.TryUpdate(worker, known with { HeardUtc = Now }, known);
        }
    }

    /// <summary>A run has left its trainer's hands.</summary>
    public void Free(Guid runId)
    {
        foreach (var (worker, known) in _trainers.Where(item => item.Value.RunId == runId))
        {
            _trainers.TryUpdate(worker, known with { RunId = null }, known);
        }
    }
}
