namespace LabelStudio.Learning.LabelOrder;

/// <summary>Orders made of other orders: exact shares, no chance but that of a seed. Pure.</summary>
public static class MixedOrders
{
    /// <summary>Spreads the second list evenly over the first; both keep their own order.</summary>
    public static long[] Interleave(ReadOnlySpan<long> main, ReadOnlySpan<long> other)
    {
        var mixed = new long[main.Length + other.Length];
        for (int at = 0, taken = 0; at < mixed.Length; at++)
        {
            // The other list lags half a step, so that the first of the main list stays first.
            var due = (long)other.Length * ((2L * at) + 1) / (2L * mixed.Length);
            mixed[at] = taken < due || at - taken >= main.Length ? other[taken++] : main[at - taken];
        }

        return mixed;
    }

    /// <summary>Of each hundred places so many go to an image drawn at random, the rest to the next of the order.</summary>
    /// <param name="order">Distinct ids.</param>
    /// <param name="randomPercent">Share of drawn images, 0 to 100.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <returns>The same ids.</returns>
    public static long[] WithRandomShare(ReadOnlySpan<long> order, int randomPercent, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(randomPercent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(randomPercent, 100);
        var drawn = Shuffled(order, seed);
        var taken = new HashSet<long>(order.Length);
        var mixed = new long[order.Length];
        int nextOfOrder = 0, nextDrawn = 0;
        for (var at = 0; at < mixed.Length; at++)
        {
            mixed[at] = Due(at + 1) > Due(at) ? Next(drawn, ref nextDrawn) : Next(order, ref nextOfOrder);
        }

        return mixed;

        // Half a step late: the most useful image of all stays first below 50 per cent.
        long Due(int places) => (((long)places * randomPercent) + 50) / 100;

        long Next(ReadOnlySpan<long> ids, ref int position)
        {
            while (!taken.Add(ids[position]))
            {
                position++;
            }

            return ids[position++];
        }
    }

    /// <summary>
    /// A shuffle in which each id has its own lot: taking ids out or adding some leaves the order of the others as it is.
    /// </summary>
    public static long[] Shuffled(ReadOnlySpan<long> ids, int seed)
    {
        var shuffled = ids.ToArray();
        var lots = new ulong[shuffled.Length];
        for (var index = 0; index < lots.Length; index++)
        {
            lots[index] = Lot(shuffled[index], seed);
        }

        Array.Sort(lots, shuffled);
        return shuffled;
    }

    /// <summary>
    /// The next row is always of the predicted class that has the fewest labels, those already in the order counted too;
    /// within a class the given order holds, between equals the lower class index comes first.
    /// </summary>
    /// <param name="order">Rows, the most useful first.</param>
    /// <param name="predicted">Predicted class index of each row.</param>
    /// <param name="labelled">Labels each class has, by class index.</param>
    /// <returns>The same rows.</returns>
    public static int[] ClassBalanced(ReadOnlySpan<int> order, ReadOnlySpan<int> predicted, ReadOnlySpan<long> labelled)
    {
        var rows = new Queue<int>?[labelled.Length];
        foreach (var row in order)
        {
            (rows[predicted[row]] ??= new Queue<int>()).Enqueue(row);
        }

        var poorest = new PriorityQueue<int, (long Labels, int Index)>();
        for (var index = 0; index < rows.Length; index++)
        {
            if (rows[index] is not null)
            {
                poorest.Enqueue(index, (labelled[index], index));
            }
        }

        var (balanced, at) = (new int[order.Length], 0);
        while (poorest.TryDequeue(out var index, out var place))
        {
            balanced[at++] = rows[index]!.Dequeue();
            if (rows[index]!.Count > 0)
            {
                poorest.Enqueue(index, (place.Labels + 1, index));
            }
        }

        return balanced;
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014) of id and seed: distinct ids have distinct lots.</summary>
    private static ulong Lot(long id, int seed)
    {
        var x = unchecked((ulong)id + ((ulong)(uint)seed * 0x9E3779B97F4A7C15UL));
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EBUL);
        return x ^ (x >> 31);
    }
}
