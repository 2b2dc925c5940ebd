using System.Numerics.Tensors;

namespace LabelStudio.Learning.LabelOrder;

/// <summary>
/// Which images to label first. While there are few labels: the images that stand for the most different groups
/// (<see cref="Diverse"/>). Later: those the live head is least sure of, not many alike in a row
/// (<see cref="MostUncertain"/>). Pure and thread-safe; computes on all processor cores.
/// </summary>
public static class LabelOrdering
{
    /// <summary>More rows than this do not move the centres any more; the nearest rows are still looked for among all.</summary>
    private const int SampleRows = 10_000;

    /// <summary>
    /// The row nearest to each of the centres that k-means finds, the row of the largest group first.
    /// Seeded: the same input gives the same rows.
    /// </summary>
    /// <param name="embedding">Gives the raw embedding of a row, float32 [D], not negative. Called from several threads.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="centres">Number of centres, at least 1; with fewer rows all rows are given.</param>
    /// <param name="seed">Seed of the start centres and of the sample.</param>
    /// <param name="stop">Ends the work early.</param>
    /// <returns>Distinct rows, at most <paramref name="centres"/>.</returns>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static int[] Diverse(Func<int, ReadOnlyMemory<float>> embedding, int count, int centres, int seed, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(centres);
        if (count <= centres)
        {
            return [.. Enumerable.Range(0, count)];
        }

        var random = new Random(seed);
        var rows = Enumerable.Range(0, count).ToArray();
        random.Shuffle(rows);
        var sample = UnitRootRows.Of(embedding, rows.AsSpan(0, Math.Min(SampleRows, count)));
        var centroids = KMeans.Find(sample, centres, random, stop);
        return centroids.NearestRows(embedding, count, stop);
    }

    /// <summary>
    /// All rows, the smallest margin first; among the first <paramref name="spread"/> each next row is the one farthest from
    /// those already chosen, so that a batch is not ten shots of one scene.
    /// </summary>
    /// <param name="margins">Difference of the two best probabilities (or logits) of each row; not a number stands last.</param>
    /// <param name="embedding">Gives the raw embedding of a row, float32 [D], not negative.</param>
    /// <param name="spread">How many of the least certain rows are spread out; below 2 none.</param>
    /// <returns>A permutation of the rows.</returns>
    public static int[] MostUncertain(ReadOnlySpan<float> margins, Func<int, ReadOnlyMemory<float>> embedding, int spread)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        var keys = margins.ToArray();
        for (var row = 0; row < keys.Length; row++)
        {
            keys[row] = float.IsNaN(keys[row]) ? float.PositiveInfinity : keys[row];
        }

        var order = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, order);
        SpreadOut(order.AsSpan(0, Math.Min(Math.Max(spread, 0), order.Length)), embedding);
        return order;
    }

    /// <summary>Farthest-point order (Gonzalez 1985), starting with the first row given.</summary>
    private static void SpreadOut(Span<int> rows, Func<int, ReadOnlyMemory<float>> embedding)
    {
        if (rows.Length < 2)
        {
            return;
        }

        var x = UnitRootRows.Of(embedding, rows);
        var given = rows.ToArray();
        var order = Enumerable.Range(0, rows.Length).ToArray();
        // Cosine to the nearest chosen row: the lowest is the farthest.
        var closeness = new float[rows.Length];
        Array.Fill(closeness, float.NegativeInfinity);
        for (var position = 1; position < order.Length; position++)
        {
            var chosen = x.Row(order[position - 1]);
            var farthest = position;
            for (var candidate = position; candidate < order.Length; candidate++)
            {
                var row = order[candidate];
                closeness[row] = Math.Max(closeness[row], TensorPrimitives.Dot(chosen, x.Row(row)));
                farthest = closeness[row] < closeness[order[farthest]] ? candidate : farthest;
            }

            // Moved by rotation, so that equals stay in the order of their margins.
            var next = order[farthest];
            Array.Copy(order, position, order, position + 1, farthest - position);
            order[position] = next;
        }

        for (var position = 0; position < order.Length; position++)
        {
            rows[position] = given[order[position]];
        }
    }
}
