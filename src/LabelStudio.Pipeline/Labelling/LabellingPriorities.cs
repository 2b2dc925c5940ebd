using System.Collections.Concurrent;
using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>
/// The orders in which unlabelled images teach most, written by whoever knows; the queue only follows them, and says which
/// ones people use, so that no other is computed. Thread-safe.
/// </summary>
public sealed class LabellingPriorities(TimeProvider clock)
{
    /// <summary>An order that nobody asked for so long is not kept up any more.</summary>
    private static readonly TimeSpan Interest = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<Guid, IReadOnlyDictionary<QueueOrder, long[]>> _orders = new();
    private readonly ConcurrentDictionary<(Guid ProjectId, QueueOrder Order), DateTimeOffset> _asked = new();

    /// <summary>Told when an order is asked for that is not there: its project.</summary>
    internal event Action<Guid>? Missed;

    /// <summary>In place of all orders the project had.</summary>
    /// <param name="orders">Image ids, the most useful first; not to be changed afterwards.</param>
    public void Publish(Guid projectId, IReadOnlyDictionary<QueueOrder, long[]> orders) => _orders[projectId] = orders;

    public long[]? Current(Guid projectId, QueueOrder order = QueueOrder.Uncertain) =>
        _orders.GetValueOrDefault(projectId)?.GetValueOrDefault(order);

    public void Forget(Guid projectId) => _orders.TryRemove(projectId, out _);

    /// <summary>The order to hand images out by; another one while the wanted one is being computed, null while there is none.</summary>
    internal long[]? Follow(Guid projectId, QueueOrder order)
    {
        if (order is QueueOrder.Oldest or QueueOrder.Random)
        {
            return null;
        }

        _asked[(projectId, order)] = clock.GetUtcNow();
        if (Current(projectId, order) is { } known)
        {
            return known;
        }

        Missed?.Invoke(projectId);
        return _orders.GetValueOrDefault(projectId)?.Values.FirstOrDefault();
    }

    /// <summary>The orders people use now; the usual one where nobody does.</summary>
    internal IReadOnlyList<QueueOrder> Wanted(Guid projectId)
    {
        var since = clock.GetUtcNow() - Interest;
        QueueOrder[] wanted = [.. _asked.Where(ask => ask.Key.ProjectId == projectId && ask.Value >= since).Select(ask => ask.Key.Order).Order()];
        return wanted is [] ? [QueueOrder.Uncertain] : wanted;
    }
}
