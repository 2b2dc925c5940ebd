using System.Numerics.Tensors;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.LabelOrder;

/// <summary>Centres of groups of unit vectors, float32 [count, D]. Immutable.</summary>
internal sealed class Centroids
{
    private readonly float[] _values;
    private readonly float[] _halfSquares;
    private readonly int _size;

    public Centroids(float[] values, int size)
    {
        (_values, _size, Count) = (values, size, values.Length / size);
        _halfSquares = [.. Enumerable.Range(0, Count).Select(centre => TensorPrimitives.SumOfSquares(Row(centre)) / 2)];
    }

    public int Count { get; }

    public ReadOnlySpan<float> Row(int centre) => _values.AsSpan(centre * _size, _size);

    /// <summary>The nearest centre of a unit vector, and x·c − |c|²/2, which is the greater the nearer.</summary>
    public (int Centre, float Closeness) Nearest(ReadOnlySpan<float> x)
    {
        var (nearest, closeness) = (0, float.NegativeInfinity);
        for (var centre = 0; centre < Count; centre++)
        {
            var value = TensorPrimitives.Dot(x, Row(centre)) - _halfSquares[centre];
            if (value > closeness)
            {
                (nearest, closeness) = (centre, value);
            }
        }

        return (nearest, closeness);
    }

    /// <summary>For each centre the nearest of all rows, the centre with most rows first.</summary>
    public int[] NearestRows(Func<int, ReadOnlyMemory<float>> embedding, int count, CancellationToken stop) =>
        [.. Groups(embedding, count, stop).Select(group => group[0])];

    /// <summary>All rows by their nearest centre, the largest group first, within a group the nearest first.</summary>
    public IReadOnlyList<int[]> Groups(Func<int, ReadOnlyMemory<float>> embedding, int count, CancellationToken stop)
    {
        var (centres, closeness) = (new int[count], new float[count]);
        KMeans.InBlocks(count, (from, to) =>
        {
            var x = new float[_size];
            for (var row = from; row < to; row++)
            {
                UnitRootEmbedding.Write(embedding(row).Span, x);
                (centres[row], closeness[row]) = Nearest(x);
            }
        }, stop);

        return [.. Enumerable.Range(0, count)
            .GroupBy(row => centres[row])
            .OrderByDescending(rows => rows.Count()).ThenBy(rows => rows.Key)
            .Select(rows => rows.OrderByDescending(row => closeness[row]).ToArray())];
    }
}
