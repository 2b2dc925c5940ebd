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

        return Centres(embedding, count, centres, seed, stop).NearestRows(embedding, count, stop);
    }

    /// <summary>
    /// All rows, dealt from the groups that k-means finds: the middle of each group, then the next of each, and so on. It
    /// begins as <see cref="Diverse"/> with the same seed and goes on being diverse.
    /// </summary>
    /// <returns>A permutation of the rows.</returns>
    /// <inheritdoc cref="Diverse" path="/param"/>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static int[] AllDiverse(Func<int, ReadOnlyMemory<float>> embedding, int count, int centres, int seed, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(centres);
        if (count <= centres)
        {
            return [.. Enumerable.Range(0, count)];
        }

        var groups = Centres(embedding, count, centres, seed, stop).Groups(embedding, count, stop);
        return [.. groups
            .SelectMany((rows, group) => rows.Select((row, place) => (row, place, group)))
            .OrderBy(dealt => dealt.place).ThenBy(dealt => dealt.group)
            .Select(dealt => dealt.row)];
    }

    /// <summary>The rows in the groups that k-means finds, the largest group first, within a group the nearest to its middle first.</summary>
    /// <returns>At most <paramref name="centres"/> groups, none of them empty; one of all rows when there are no more than centres.</returns>
    /// <inheritdoc cref="Diverse" path="/param"/>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static IReadOnlyList<int[]> Groups(Func<int, ReadOnlyMemory<float>> embedding, int count, int centres, int seed, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(centres);
        return count == 0 ? []
            : count <= centres ? [[.. Enumerable.Range(0, count)]]
            : Centres(embedding, count, centres, seed, stop).Groups(embedding, count, stop);
    }

    private static Centroids Centres(Func<int, ReadOnlyMemory<float>> embedding, int count, int centres, int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, count).ToArray();
        random.Shuffle(rows);
        var sample = UnitRootRows.Of(embedding, rows.AsSpan(0, Math.Min(SampleRows, count)));
        return KMeans.Find(sample, centres, random, stop);
    }

    /// <summary>
    /// All rows, the smallest certainty first; among the first <paramref name="spread"/> each next row is the one farthest from
    /// those already chosen, so that a batch is not ten shots of one scene.
    /// </summary>
    /// <param name="certainties">Of each row what is low where the head is unsure: a margin, or an uncertainty with a minus; not a number stands last.</param>
    /// <param name="embedding">Gives the raw embedding of a row, float32 [D], not negative.</param>
    /// <param name="spread">How many of the least certain rows are spread out; below 2 none.</param>
    /// <returns>A permutation of the rows.</returns>
    public static int[] MostUncertain(ReadOnlySpan<float> certainties, Func<int, ReadOnlyMemory<float>> embedding, int spread)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        var keys = certainties.ToArray();
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
