using System.Numerics.Tensors;

namespace LabelStudio.Learning.Heads;

/// <summary>
/// The sums of streaming LDA in float64: per class count and sum of x, and over all images the scatter Σ x xᵀ
/// (lower triangle, row by row). Every term that is added can be taken out again.
/// </summary>
/// <remarks>
/// Rounding: |x| = 1, so an entry of the scatter stays below the number of images, and each update errs by at most half a unit
/// in the last place of it (relative 1.1e-16). After k updates the error is about √k · 1e-16, 1e-14 for 10,000: far from
/// the 1e-8 that order independence demands, even after the solve's condition number of about 1e3 (the shrinkage bounds it).
/// What would grow is a leftover after everything is taken out: an emptied class and an empty scatter are set to exact zeros.
/// </remarks>
internal sealed class LdaSums(int embeddingSize)
{
    private readonly Dictionary<Guid, ClassSum> _classes = [];

    public int EmbeddingSize { get; } = embeddingSize;

    public long Count { get; private set; }

    /// <summary>float64 [D, D], row by row; only columns 0 to i of row i are kept.</summary>
    public double[] Scatter { get; } = new double[embeddingSize * embeddingSize];

    public IReadOnlyDictionary<Guid, ClassSum> Classes => _classes;

    public void Add(Guid classId, ReadOnlySpan<double> x)
    {
        AddToClass(classId, x, 1);
        AddOuterProduct(x, 1);
    }

    public void Remove(Guid classId, ReadOnlySpan<double> x)
    {
        TakeFromClass(classId, x);
        if (Count == 0)
        {
            Array.Clear(Scatter);
        }
        else
        {
            AddOuterProduct(x, -1);
        }
    }

    public void Relabel(Guid from, Guid to, ReadOnlySpan<double> x)
    {
        // In this order an unknown class throws before anything has changed.
        TakeFromClass(from, x);
        AddToClass(to, x, 1);
    }

    public void MergeClass(Guid from, Guid into)
    {
        if (from != into && _classes.Remove(from, out var sum))
        {
            Count -= sum.Count;
            AddToClass(into, sum.Sum, sum.Count);
        }
    }

    public void Merge(LdaSums other)
    {
        foreach (var (classId, sum) in other._classes)
        {
            AddToClass(classId, sum.Sum, sum.Count);
        }

        AddScatter(other.Scatter);
    }

    /// <summary>Adds images whose outer products come summed up: float64 [D, D], of which the lower triangle is read.</summary>
    public void AddToClass(Guid classId, ReadOnlySpan<double> sum, long count)
    {
        var classSum = _classes.GetValueOrDefault(classId) ?? new ClassSum(0, new double[EmbeddingSize]);
        TensorPrimitives.Add(classSum.Sum, sum, classSum.Sum);
        _classes[classId] = classSum with { Count = classSum.Count + count };
        Count += count;
    }

    public void AddScatter(ReadOnlySpan<double> scatter)
    {
        for (var row = 0; row < EmbeddingSize; row++)
        {
            var target = Scatter.AsSpan(row * EmbeddingSize, row + 1);
            TensorPrimitives.Add(target, scatter.Slice(row * EmbeddingSize, row + 1), target);
        }
    }

    private void TakeFromClass(Guid classId, ReadOnlySpan<double> x)
    {
        if (!_classes.TryGetValue(classId, out var sum))
        {
            throw new InvalidOperationException($"Class {classId} holds no image in the live head, so none can be taken out.");
        }

        Count--;
        if (sum.Count == 1)
        {
            _classes.Remove(classId);
            return;
        }

        TensorPrimitives.Subtract(sum.Sum, x, sum.Sum);
        _classes[classId] = sum with { Count = sum.Count - 1 };
    }

    private void AddOuterProduct(ReadOnlySpan<double> x, double sign)
    {
        for (var row = 0; row < EmbeddingSize; row++)
        {
            // About a quarter of the numbers of an embedding are 0.
            if (x[row] != 0)
            {
                var target = Scatter.AsSpan(row * EmbeddingSize, row + 1);
                TensorPrimitives.MultiplyAdd(x[..(row + 1)], sign * x[row], target, target);
            }
        }
    }

    internal sealed record ClassSum(long Count, double[] Sum);
}
