using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Storage;

/// <summary>
/// Tells who listens that something changed: never what, so that a listener reads the present state and no signal can
/// be out of date. Signals come after the commit. Thread-safe.
/// </summary>
public sealed class ChangeSignals(TimeProvider clock, ILogger<ChangeSignals> log)
{
    private readonly ConcurrentDictionary<ChangeSubscription, byte> _subscriptions = new();

    public void Publish(Guid projectId, ChangeTopic topic)
    {
        foreach (var (subscription, _) in _subscriptions)
        {
            if (subscription.Wants(projectId, topic))
            {
                subscription.Signal();
            }
        }
    }

    /// <summary>
    /// Calls <paramref name="onChanged"/> after changes, at most once per <paramref name="minimumInterval"/> and never
    /// twice at a time; the last signal is always followed by a call. <see cref="Guid.Empty"/> listens to all projects.
    /// The call runs with the execution context (culture, async locals) of the subscriber, not of the publisher.
    /// </summary>
    public IDisposable Subscribe(Guid projectId, ChangeTopic topics, Func<Task> onChanged, TimeSpan minimumInterval)
    {
        var subscription = new ChangeSubscription(projectId, topics, onChanged, minimumInterval, clock, log, Remove);
        _subscriptions[subscription] = 0;
        return subscription;
    }

    private void Remove(ChangeSubscription subscription) => _subscriptions.TryRemove(subscription, out _);
}
