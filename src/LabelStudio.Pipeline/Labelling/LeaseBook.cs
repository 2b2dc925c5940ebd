namespace LabelStudio.Pipeline.Labelling;

/// <summary>Who holds which images of one project. Thread-safe; every method is one short lock.</summary>
internal sealed class LeaseBook(TimeProvider clock)
{
    /// <summary>Long enough for a slow decision between two heartbeats, short enough that a closed laptop gives its images back.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Lease> _leases = [];
    private readonly Dictionary<Guid, OrderedSkips> _skips = [];
    private long[]? _order;
    private HashSet<long> _gone = [];

    /// <summary>Leases the first of these images that nobody else holds.</summary>
    public List<long> TakeFree(Guid userId, IEnumerable<long> imageIds, int count)
    {
        lock (_gate)
        {
            DropExpired();
            var taken = new List<long>(count);
            foreach (var imageId in imageIds)
            {
                if (taken.Count == count)
                {
                    break;
                }

                if (!_leases.TryGetValue(imageId, out var lease) || lease.UserId == userId)
                {
                    _leases[imageId] = NewLease(userId);
                    taken.Add(imageId);
                }
            }

            return taken;
        }
    }

    /// <summary>Prolongs the person's leases, and takes those up again that had ended and nobody took.</summary>
    public void Renew(Guid userId, IEnumerable<long> imageIds)
    {
        lock (_gate)
        {
            DropExpired();
            foreach (var imageId in imageIds)
            {
                if (!_leases.TryGetValue(imageId, out var lease) || lease.UserId == userId)
                {
                    _leases[imageId] = NewLease(userId);
                }
            }
        }
    }

    public void Release(Guid userId, IEnumerable<long> imageIds)
    {
        lock (_gate)
        {
            foreach (var imageId in imageIds)
            {
                if (_leases.TryGetValue(imageId, out var lease) && lease.UserId == userId)
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

    /// <summary>Remembers that these are no longer to be labelled, as long as this order is the present one.</summary>
    public void MarkGone(long[]? order, IEnumerable<long> imageIds)
    {
        lock (_gate)
        {
            if (ReferenceEquals(order, _order))
            {
                _gone.UnionWith(imageIds);
            }
        }
    }

    /// <summary>The present order without those known to be gone.</summary>
    public IEnumerable<long> Remaining(long[] order)
    {
        HashSet<long> gone;
        lock (_gate)
        {
            if (!ReferenceEquals(order, _order))
            {
                (_order, _gone) = (order, []);
            }

            gone = [.. _gone];
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

    private Lease NewLease(Guid userId) => new(userId, clock.GetUtcNow() + Duration);

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
    }

    private sealed record Lease(Guid UserId, DateTimeOffset ExpiresAt);
}
