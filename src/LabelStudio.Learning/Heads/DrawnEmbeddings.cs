using System.Numerics.Tensors;
using LabelStudio.Learning.Native;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Heads;

/// <summary>
/// Stands in for the embeddings of images that are gone: raw embeddings drawn from the normal distribution that the closed
/// form supposes of each class, N(μ_c, Σ). New rows are fitted against them, so that they leave the old classes alone.
/// </summary>
public static class DrawnEmbeddings
{
    /// <summary>Of few images Σ has no full rank, and rounding may make it lean below zero; this share of its mean diagonal lifts it.</summary>
    private const double Lift = 1e-3;

    /// <param name="sums">What is kept of the classes.</param>
    /// <param name="classIds">Which of them to draw.</param>
    /// <param name="perClass">Embeddings of each.</param>
    /// <param name="seed">The same seed draws the same.</param>
    /// <returns>Raw embeddings, float32 [classes · perClass, D].</returns>
    public static float[] Of(ClosedFormSums sums, IReadOnlyList<Guid> classIds, int perClass, int seed) =>
        Of(sums, [.. (classIds ?? throw new ArgumentNullException(nameof(classIds))).Select(id => (id, perClass))], seed);

    /// <param name="sums">What is kept of the classes.</param>
    /// <param name="counts">Which of them to draw, and how many embeddings of each.</param>
    /// <param name="seed">The same seed draws the same.</param>
    /// <returns>Raw embeddings, float32 [sum of counts, D].</returns>
    public static float[] Of(ClosedFormSums sums, IReadOnlyList<(Guid ClassId, int Count)> counts, int seed)
    {
        ArgumentNullException.ThrowIfNull(sums);
        ArgumentNullException.ThrowIfNull(counts);
        var size = sums.EmbeddingSize;
        var drawn = new float[counts.Sum(item => item.Count) * size];
        if (drawn.Length == 0)
        {
            return drawn;
        }

        var random = new Random(seed);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var covariance = tensor(sums.Covariance, [size, size]);
        covariance.diagonal().PlusInPlace((covariance.diagonal().mean().item<double>() * Lift) + 1e-12);
        var factor = linalg.cholesky(covariance); // [D, D]
        var first = 0;
        foreach (var (classId, count) in counts)
        {
            using var ofClass = NewDisposeScope();
            var noise = tensor(Enumerable.Range(0, count * size).Select(_ => Normal(random)).ToArray(), [count, size]);
            var spread = noise.matmul(factor.t()).data<double>().ToArray(); // [count, D]
            for (var row = 0; row < count; row++)
            {
                Write(sums, sums.Classes[classId], spread.AsSpan(row * size, size), Normal(random), drawn.AsSpan((first + row) * size, size));
            }

            first += count;
        }

        return drawn;
    }

    /// <summary>Back from x to a raw embedding: e = sign(x)·x²·length.</summary>
    private static void Write(ClosedFormSums sums, ClassMoments moments, Span<double> x, double lengthNoise, Span<float> embedding)
    {
        TensorPrimitives.Add(x, moments.Mean, x);
        if (!sums.HasNegatives)
        {
            TensorPrimitives.Max(x, 0, x);
        }

        var length = Math.Max(moments.Length / 10, moments.Length + (lengthNoise * moments.LengthSpread));
        var scale = length / (TensorPrimitives.SumOfSquares<double>(x) + 1e-12);
        for (var index = 0; index < x.Length; index++)
        {
            embedding[index] = (float)(x[index] * Math.Abs(x[index]) * scale);
        }
    }

    /// <summary>Box and Muller 1958.</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
