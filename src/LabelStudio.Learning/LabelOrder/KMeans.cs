using System.Numerics.Tensors;

namespace LabelStudio.Learning.LabelOrder;

/// <summary>
/// Lloyd's k-means with the start of Arthur and Vassilvitskii 2007 ("k-means++: the advantages of careful seeding").
/// Repeatable whatever the number of cores: one thread adds up a centre, in the order of the rows.
/// </summary>
internal static class KMeans
{
    private const int MostRounds = 12;
    private const int RowsPerBlock = 256;

    public static Centroids Find(UnitRootRows rows, int centres, Random random, CancellationToken stop)
    {
        var centroids = Start(rows, centres, random, stop);
        var assigned = new int[rows.Count];
        Array.Fill(assigned, -1);
        for (var round = 0; round < MostRounds && Assign(rows, centroids, assigned, stop); round++)
        {
            centroids = Means(rows, centroids, assigned);
        }

        return centroids;
    }

    /// <summary>Each next centre is a row drawn with a chance that grows with its squared distance from the centres so far.</summary>
    private static Centroids Start(UnitRootRows rows, int centres, Random random, CancellationToken stop)
    {
        var values = new float[centres * rows.Size];
        var distances = new float[rows.Count];
        Array.Fill(distances, float.PositiveInfinity);
        var chosen = random.Next(rows.Count);
        for (var centre = 0; centre < centres; centre++)
        {
            rows.Row(chosen).CopyTo(values.AsSpan(centre * rows.Size));
            var origin = chosen;
            InBlocks(rows.Count, (from, to) =>
            {
                for (var row = from; row < to; row++)
                {
                    var distance = Math.Max(0, 2 - (2 * TensorPrimitives.Dot(rows.Row(row), rows.Row(origin))));
                    distances[row] = Math.Min(distances[row], distance);
                }
            }, stop);
            chosen = Draw(distances, random);
        }

        return new Centroids(values, rows.Size);
    }

    private static int Draw(float[] weights, Random random)
    {
        var target = random.NextDouble() * weights.Sum(weight => (double)weight);
        for (var row = 0; row < weights.Length; row++)
        {
            target -= weights[row];
            if (target <= 0 && weights[row] > 0)
            {
                return row;
            }
        }

        // All rows left are copies of centres.
        return random.Next(weights.Length);
    }

    /// <summary>True when a row changed its centre.</summary>
    private static bool Assign(UnitRootRows rows, Centroids centroids, int[] assigned, CancellationToken stop)
    {
        var changed = 0;
        InBlocks(rows.Count, (from, to) =>
        {
            for (var row = from; row < to; row++)
            {
                var nearest = centroids.Nearest(rows.Row(row)).Centre;
                if (assigned[row] != nearest)
                {
                    assigned[row] = nearest;
                    Interlocked.Exchange(ref changed, 1);
                }
            }
        }, stop);
        return changed == 1;
    }

    private static Centroids Means(UnitRootRows rows, Centroids before, int[] assigned)
    {
        var values = new float[before.Count * rows.Size];
        Parallel.For(0, before.Count, centre =>
        {
            var sum = values.AsSpan(centre * rows.Size, rows.Size);
            var count = 0;
            for (var row = 0; row < rows.Count; row++)
            {
                if (assigned[row] == centre)
                {
                    TensorPrimitives.Add(sum, rows.Row(row), sum);
                    count++;
                }
            }

            if (count == 0)
            {
                before.Row(centre).CopyTo(sum);
            }
            else
            {
                TensorPrimitives.Divide(sum, count, sum);
            }
        });
        return new Centroids(values, rows.Size);
    }

    internal static void InBlocks(int count, Action<int, int> work, CancellationToken stop)
    {
        var blocks = (count + RowsPerBlock - 1) / RowsPerBlock;
        Parallel.For(0, blocks, new ParallelOptions { CancellationToken = stop }, block =>
            work(block * RowsPerBlock, Math.Min(count, (block + 1) * RowsPerBlock)));
    }
}
