using System.Numerics.Tensors;

namespace LabelStudio.Learning.Memory;

/// <summary>Chooses the exemplars of a class: the images that stand for it when not all can be shown.</summary>
/// <remarks>
/// Source: Rebuffi and others 2017, "iCaRL: Incremental classifier and representation learning", algorithm 4, on embeddings of
/// unit length as there.
/// </remarks>
public static class ExemplarMemory
{
    /// <summary>The rows of one class that are kept, in the order of their choice: the first k are also the choice of k.</summary>
    /// <param name="memory">How they are chosen; <see cref="RehearsalMemory.All"/> keeps every row.</param>
    /// <param name="embeddings">Raw embeddings of the class's images, float32 [N, size].</param>
    /// <param name="size">Numbers in one embedding.</param>
    /// <param name="budget">How many are kept at most, at least 1.</param>
    /// <param name="random">Draws for <see cref="RehearsalMemory.Random"/>; the other ways repeat themselves without it.</param>
    /// <exception cref="ArgumentException">The numbers do not make whole embeddings, or the budget is below 1.</exception>
    public static int[] Choose(RehearsalMemory memory, ReadOnlySpan<float> embeddings, int size, int budget, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 1);
        if (size < 1 || embeddings.Length % size != 0)
        {
            throw new ArgumentException($"{embeddings.Length} numbers are not whole embeddings of {size}.", nameof(embeddings));
        }
        int[] rows = [.. Enumerable.Range(0, embeddings.Length / size)];
        switch (memory)
        {
            case RehearsalMemory.All:
                return rows;
            case RehearsalMemory.Random:
                random.Shuffle(rows);
                return rows[..Math.Min(budget, rows.Length)];
            default:
                var (units, mean) = UnitRows(embeddings, size);
                return memory == RehearsalMemory.Herding ? Herd(units, mean, size, budget) : [.. rows.OrderBy(row => Distance(units, row, mean)).Take(budget)];
        }
    }

    /// <summary>Next is the row that brings the mean of those chosen nearest the class's mean.</summary>
    private static int[] Herd(float[] units, float[] mean, int size, int budget)
    {
        var left = Enumerable.Range(0, units.Length / size).ToList();
        var chosen = new List<int>();
        var sum = new float[size];
        var wanted = new float[size];
        while (chosen.Count < budget && left.Count > 0)
        {
            // |μ − (s + x)/k| is least where |(k·μ − s) − x| is.
            TensorPrimitives.Multiply(mean, chosen.Count + 1f, wanted);
            TensorPrimitives.Subtract(wanted, sum, wanted);
            var next = left.MinBy(row => Distance(units, row, wanted));
            TensorPrimitives.Add(sum, units.AsSpan(next * size, size), sum);
            left.Remove(next);
            chosen.Add(next);
        }
        return [.. chosen];
    }

    private static (float[] Units, float[] Mean) UnitRows(ReadOnlySpan<float> embeddings, int size)
    {
        var units = embeddings.ToArray();
        var mean = new float[size];
        for (var begin = 0; begin < units.Length; begin += size)
        {
            var row = units.AsSpan(begin, size);
            TensorPrimitives.Divide(row, Math.Max(1e-12f, TensorPrimitives.Norm<float>(row)), row);
            TensorPrimitives.Add(mean, row, mean);
        }
        TensorPrimitives.Divide(mean, Math.Max(1, units.Length / size), mean);
        return (units, mean);
    }

    private static float Distance(float[] units, int row, float[] point) => TensorPrimitives.Distance<float>(units.AsSpan(row * point.Length, point.Length), point);
}
