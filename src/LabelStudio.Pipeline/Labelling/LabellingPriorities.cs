using System.Collections.Concurrent;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>The order in which unlabelled images teach most, written by whoever knows; the queue only follows it. Thread-safe.</summary>
public sealed class LabellingPriorities
{
    private readonly ConcurrentDictionary<Guid, long[]> _orders = new();

    /// <param name="imageIdsInOrder">Most useful first; not to be changed afterwards.</param>
    public void Publish(Guid projectId, long[] imageIdsInOrder) => _orders[projectId] = imageIdsInOrder;

    public long[]? Current(Guid projectId) => _orders.GetValueOrDefault(projectId);

    public void Forget(Guid projectId) => _orders.TryRemove(projectId, out _);
}
