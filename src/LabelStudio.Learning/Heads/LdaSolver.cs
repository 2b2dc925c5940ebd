using System.Buffers;
using LabelStudio.Learning.Native;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Heads;

/// <summary>Solves the sums of streaming LDA for the classifier: one Cholesky decomposition in float64.</summary>
internal static class LdaSolver
{
    /// <summary>Below this share of the scatter the images of every class are equal but for rounding: there is no spread to learn from.</summary>
    private const double NoSpread = 1e-9;

    public static LdaSolution Solve(LdaSums sums)
    {
        var classes = ClassIndexMap.Of(sums.Classes.Keys.Order());
        var (counts, means) = Means(sums, classes);

        // Rented: fresh memory of that size comes page by page from the system, which took longer than the decomposition.
        var covariance = ArrayPool<double>.Shared.Rent(sums.Scatter.Length);
        try
        {
            return Solve(sums, classes, counts, means, covariance);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(covariance);
        }
    }

    /// <summary>ε = min(0.7, 0.44 √(D/N)): measured on four data sets, within about a point of the best fixed value at each N.</summary>
    public static double Shrinkage(int embeddingSize, long count) => Math.Min(0.7, 0.44 * Math.Sqrt((double)embeddingSize / count));

    private static LdaSolution Solve(LdaSums sums, ClassIndexMap classes, double[] counts, double[] means, double[] memory)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var count = tensor(counts, [classes.Count, 1]); // [C, 1]
        var mean = tensor(means, [classes.Count, sums.EmbeddingSize]); // [C, D]
        var covariance = Scatter(sums, count, mean, memory); // [D, D]
        var meanVariance = covariance.diagonal().mean().item<double>() / sums.Count;
        if (meanVariance * sums.EmbeddingSize <= NoSpread)
        {
            return NearestMean(classes, sums.EmbeddingSize, mean);
        }

        var shrinkage = Shrinkage(sums.EmbeddingSize, sums.Count);
        covariance.ScaleInPlace((1 - shrinkage) / sums.Count);
        covariance.diagonal().PlusInPlace(shrinkage * meanVariance);
        var factor = linalg.cholesky(covariance);
        var weight = mean.t().contiguous().cholesky_solve(factor).t().contiguous(); // [C, D]
        var bias = (weight * mean).sum(1).ScaleInPlace(-0.5); // [C]
        return new LdaSolution(classes, sums.EmbeddingSize, weight.data<double>().ToArray(), bias.data<double>().ToArray(), shrinkage)
        {
            Temperature = LdaSolution.UsualTemperature((double)sums.Count / classes.Count),
        };
    }

    /// <summary>Σ of at least one image, float64 [D, D], of which the lower triangle holds.</summary>
    public static double[] Covariance(LdaSums sums)
    {
        var classes = ClassIndexMap.Of(sums.Classes.Keys.Order());
        var (counts, means) = Means(sums, classes);
        var covariance = new double[sums.Scatter.Length];
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Scatter(sums, tensor(counts, [classes.Count, 1]), tensor(means, [classes.Count, sums.EmbeddingSize]), covariance)
            .ScaleInPlace(1.0 / sums.Count);
        return covariance;
    }

    private static (double[] Counts, double[] Means) Means(LdaSums sums, ClassIndexMap classes)
    {
        var counts = new double[classes.Count];
        var means = new double[classes.Count * sums.EmbeddingSize];
        for (var index = 0; index < classes.Count; index++)
        {
            var sum = sums.Classes[classes[index]];
            counts[index] = sum.Count;
            System.Numerics.Tensors.TensorPrimitives.Divide(
                sum.Sum, sum.Count, means.AsSpan(index * sums.EmbeddingSize, sums.EmbeddingSize));
        }

        return (counts, means);
    }

    /// <summary>
    /// T − Σ_c n_c μ_c μ_cᵀ, written into the memory given; its lower triangle holds, which is all that the decomposition reads.
    /// </summary>
    private static Tensor Scatter(LdaSums sums, Tensor count, Tensor mean, double[] memory)
    {
        sums.Scatter.CopyTo(memory, 0);
        var scatter = frombuffer(memory, ScalarType.Float64, sums.Scatter.Length).reshape(sums.EmbeddingSize, sums.EmbeddingSize);
        return scatter.addmm_(mean.t(), mean * count, beta: 1, alpha: -1);
    }

    /// <summary>While no class shows any spread: the logit is the cosine to the class mean.</summary>
    private static LdaSolution NearestMean(ClassIndexMap classes, int embeddingSize, Tensor mean)
    {
        // A mean of zeros stays zeros: the length of all others is near 1.
        var length = (mean * mean).sum(1, keepdim: true).sqrt();
        var weight = mean / length.PlusInPlace(1e-12);
        return new LdaSolution(classes, embeddingSize, weight.data<double>().ToArray(), new double[classes.Count], shrinkage: 1)
        {
            Temperature = LdaSolution.NearestMeanTemperature,
        };
    }
}
