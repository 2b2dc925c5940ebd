using System.Numerics;

namespace LabelStudio.Learning.Duplicates;

/// <summary>
/// Finds all pairs of 64-bit hashes within a distance without comparing all with all: two hashes that differ in at most r
/// bits are equal in at least one of r + 1 parts, so only hashes with an equal part are compared. No pair is missed.
/// Source: Norouzi, Punjani and Fleet 2012, "Fast search in Hamming space with multi-index hashing".
/// </summary>
internal static class HashNeighbours
{
    private const int Bits = 64;

    /// <summary>The pairs (first &lt; second), each once, in ascending order.</summary>
    public static List<(int First, int Second)> Within(int distance, ReadOnlySpan<ulong> hashes, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(distance);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(distance, Bits / 2);
        var (pairs, parts) = (new HashSet<(int, int)>(), distance + 1);
        for (var part = 0; part < parts; part++)
        {
            var (start, end) = (Bits * part / parts, Bits * (part + 1) / parts);
            var mask = (end - start == Bits ? ulong.MaxValue : (1UL << (end - start)) - 1) << start;
            foreach (var bucket in Buckets(hashes, mask))
            {
                stop.ThrowIfCancellationRequested();
                AddPairs(bucket, distance, hashes, pairs);
            }
        }

        return [.. pairs.Order()];
    }

    private static Dictionary<ulong, List<int>>.ValueCollection Buckets(ReadOnlySpan<ulong> hashes, ulong mask)
    {
        var buckets = new Dictionary<ulong, List<int>>();
        for (var image = 0; image < hashes.Length; image++)
        {
            var key = hashes[image] & mask;
            if (!buckets.TryGetValue(key, out var bucket))
            {
                buckets[key] = bucket = [];
            }

            bucket.Add(image);
        }

        return buckets.Values;
    }

    private static void AddPairs(List<int> bucket, int distance, ReadOnlySpan<ulong> hashes, HashSet<(int, int)> pairs)
    {
        for (var second = 1; second < bucket.Count; second++)
        {
            var hash = hashes[bucket[second]];
            for (var first = 0; first < second; first++)
            {
                if (BitOperations.PopCount(hash ^ hashes[bucket[first]]) <= distance)
                {
                    pairs.Add((bucket[first], bucket[second]));
                }
            }
        }
    }
}
