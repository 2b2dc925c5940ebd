using System.Runtime.CompilerServices;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Who holds which images of one project. Thread-safe; every method is one short lock.</summary>
internal sealed class LeaseBook(TimeProvider clock)
{
    /// <summary>
    /// Longer than two minutes without a network after a missed heartbeat, in which the page labels on; short enough that a
    /// closed laptop gives its images back.
    /// </summary>
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(3);

    /// <summary>A page that got less than it asked for asks again within seconds.</summary>
    private static readonly TimeSpan Waiting = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Lease> _leases = [];
    private readonly Dictionary<(Guid UserId, long ImageId), DateTimeOffset> _done = [];
    private readonly Dictionary<Guid, OrderedSkips> _skips = [];
    private readonly Dictionary<Guid, DateTimeOffset> _short = [];
    private readonly Dictionary<Guid, long> _shown = [];
    private readonly Dictionary<Guid, DateTimeOffset> _left = [];
    private long _lastNumber;
    /// <summary>By order, for as long as that is the present one: several may be followed at once.</summary>
    private readonly ConditionalWeakTable<long[], HashSet<long>> _gone = [];

    /// <summary>Leases the first of these images that nobody else holds, all under one new number.</summary>
    public TakenLeases TakeFree(Guid userId, IEnumerable<long> imageIds, int count)
    {
        lock (_gate)
        {
            DropExpired();
            var number = ++_lastNumber;
            var taken = new List<long>(count);
            foreach (var imageId in imageIds)
            {
                if (taken.Count == count)
                {
                    break;
                }

                if (!_leases.TryGetValue(imageId, out var lease) || lease.UserId == userId)
                {
                    _leases[imageId] = NewLease(userId, number);
                    _done.Remove((userId, imageId));
                    taken.Add(imageId);
                }
            }

            return new TakenLeases(taken, number);
        }
    }

    /// <summary>
    /// Prolongs the person's leases, and takes those up again that had ended and nobody took: not those of images they have
    /// just decided upon, which a request that was on its way still names.
    /// </summary>
    public void Renew(Guid userId, IEnumerable<long> imageIds)
    {
        lock (_gate)
        {
            DropExpired();
            Hold(userId, imageIds.Where(imageId => _leases.ContainsKey(imageId) || !_done.ContainsKey((userId, imageId))));
        }
    }

    /// <summary>The person looks at these again, decided upon or not.</summary>
    public void TakeUp(Guid userId, IEnumerable<long> imageIds)
    {
        lock (_gate)
        {
            DropExpired();
            Hold(userId, imageIds);
        }
    }

    /// <summary>The person has decided upon these: others may have them.</summary>
    public void Done(Guid userId, IReadOnlyCollection<long> imageIds)
    {
        lock (_gate)
        {
            GiveBack(userId, imageIds, long.MaxValue);
            foreach (var imageId in imageIds)
            {
                _done[(userId, imageId)] = clock.GetUtcNow() + Duration;
            }
        }
    }

    /// <param name="lastNumber">
    /// The newest lease the giver knew of (a fencing token): what was handed out to the same person since then stays with them,
    /// however late this arrives.
    /// </param>
    public void Release(Guid userId, IEnumerable<long> imageIds, long lastNumber = long.MaxValue)
    {
        lock (_gate)
        {
            GiveBack(userId, imageIds, lastNumber);
        }
    }

    /// <summary>Whether a page was left: a request of it that was still on its way takes nothing up any more.</summary>
    public bool HasLeft(Guid pageId)
    {
        lock (_gate)
        {
            return _left.ContainsKey(pageId);
        }
    }

    /// <summary>Remembers which page leases were handed to. One that was left meanwhile will never learn of them: they are free.</summary>
    public void HandTo(Guid userId, Guid pageId, IEnumerable<(long ImageId, long Number)> handed)
    {
        lock (_gate)
        {
            foreach (var (imageId, number) in handed)
            {
                if (_left.ContainsKey(pageId))
                {
                    GiveBack(userId, [imageId], number);
                }
                else if (_leases.TryGetValue(imageId, out var lease) && lease.UserId == userId && lease.Number == number)
                {
                    _leases[imageId] = lease with { PageId = pageId };
                }
            }
        }
    }

    /// <summary>A page is left. What was handed to it after the newest lease it knew of did not reach it and is free.</summary>
    public void Leave(Guid userId, Guid pageId, long lastNumber)
    {
        lock (_gate)
        {
            _left[pageId] = clock.GetUtcNow() + Duration;
            foreach (var (imageId, lease) in _leases)
            {
                if (lease.UserId == userId && lease.PageId == pageId && lease.Number > lastNumber)
                {
                    _leases.Remove(imageId);
                }
            }
        }
    }

    public List<long> HeldBy(Guid userId)
    {
        lock (_gate)
        {
            DropExpired();
            return [.. _leases.Where(lease => lease.Value.UserId == userId).Select(lease => lease.Key).Order()];
        }
    }

    /// <summary>Images held, by person.</summary>
    public Dictionary<Guid, int> Holders()
    {
        lock (_gate)
        {
            DropExpired();
            return _leases.Values.GroupBy(lease => lease.UserId).ToDictionary(group => group.Key, group => group.Count());
        }
    }

    /// <summary>Remembers whether the person got less than they asked for.</summary>
    public void MarkShort(Guid userId, bool isShort)
    {
        lock (_gate)
        {
            if (isShort)
            {
                _short[userId] = clock.GetUtcNow();
            }
            else
            {
                _short.Remove(userId);
            }
        }
    }

    /// <summary>Somebody else has nothing to do while others hold images.</summary>
    public bool OthersWait(Guid userId)
    {
        lock (_gate)
        {
            var since = clock.GetUtcNow() - Waiting;
            return _short.Any(wait => wait.Key != userId && wait.Value >= since);
        }
    }

    /// <summary>What the person has on screen; null: nothing.</summary>
    public void Show(Guid userId, long? imageId)
    {
        lock (_gate)
        {
            if (imageId is { } shown)
            {
                _shown[userId] = shown;
            }
            else
            {
                _shown.Remove(userId);
            }
        }
    }

    /// <summary>The image on the person's screen, while they hold it.</summary>
    public long? ShownTo(Guid userId)
    {
        lock (_gate)
        {
            DropExpired();
            return _shown.TryGetValue(userId, out var imageId) && _leases.TryGetValue(imageId, out var lease) && lease.UserId == userId ? imageId : null;
        }
    }

    /// <summary>Remembers that these are no longer to be labelled, as long as this order is the present one.</summary>
    public void MarkGone(long[]? order, IEnumerable<long> imageIds)
    {
        lock (_gate)
        {
            if (order is not null && _gone.TryGetValue(order, out var gone))
            {
                gone.UnionWith(imageIds);
            }
        }
    }

    /// <summary>The present order without those known to be gone.</summary>
    public IEnumerable<long> Remaining(long[] order)
    {
        HashSet<long> gone;
        lock (_gate)
        {
            gone = [.. _gone.GetValue(order, _ => [])];
        }

        return order.Where(imageId => !gone.Contains(imageId));
    }

    public bool KnowsSkips(Guid userId)
    {
        lock (_gate)
        {
            return _skips.ContainsKey(userId);
        }
    }

    public void LearnSkips(Guid userId, IEnumerable<long> imageIds)
    {
        lock (_gate)
        {
            if (!_skips.ContainsKey(userId))
            {
                var skips = _skips[userId] = new OrderedSkips();
                foreach (var imageId in imageIds)
                {
                    skips.Add(imageId);
                }
            }
        }
    }

    public void Skip(Guid userId, long imageId, bool isSkipped)
    {
        lock (_gate)
        {
            if (_skips.TryGetValue(userId, out var skips))
            {
                skips.Remove(imageId);
                if (isSkipped)
                {
                    skips.Add(imageId);
                }
            }
        }
    }

    /// <summary>Images the person skipped, the longest ago first.</summary>
    public long[] SkippedBy(Guid userId)
    {
        lock (_gate)
        {
            return _skips.TryGetValue(userId, out var skips) ? skips.InOrder() : [];
        }
    }

    private void Hold(Guid userId, IEnumerable<long> imageIds)
    {
        foreach (var imageId in imageIds)
        {
            if (!_leases.TryGetValue(imageId, out var lease) || lease.UserId == userId)
            {
                _leases[imageId] = NewLease(userId, lease?.Number ?? 0, lease?.PageId);
                _done.Remove((userId, imageId));
            }
        }
    }

    private void GiveBack(Guid userId, IEnumerable<long> imageIds, long lastNumber)
    {
        foreach (var imageId in imageIds)
        {
            if (_leases.TryGetValue(imageId, out var lease) && lease.UserId == userId && lease.Number <= lastNumber)
            {
                _leases.Remove(imageId);
            }
        }
    }

    private Lease NewLease(Guid userId, long number, Guid? pageId = null) => new(userId, number, clock.GetUtcNow() + Duration, pageId);

    private void DropExpired()
    {
        var now = clock.GetUtcNow();
        foreach (var (imageId, lease) in _leases)
        {
            if (lease.ExpiresAt <= now)
            {
                _leases.Remove(imageId);
            }
        }

        foreach (var (pageId, until) in _left)
        {
            if (until <= now)
            {
                _left.Remove(pageId);
            }
        }

        foreach (var (key, until) in _done)
        {
            if (until <= now)
            {
                _done.Remove(key);
            }
        }
    }

    /// <param name="PageId">Which of the person's pages was given it; null: not known.</param>
    private sealed record Lease(Guid UserId, long Number, DateTimeOffset ExpiresAt, Guid? PageId);
}
