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

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var count = tensor(counts, [classes.Count, 1]); // [C, 1]
        var mean = tensor(means, [classes.Count, sums.EmbeddingSize]); // [C, D]
        var covariance = Covariance(sums, count, mean); // [D, D]
        var meanVariance = covariance.diagonal().mean().item<double>();
        if (meanVariance * sums.EmbeddingSize <= NoSpread)
        {
            return NearestMean(classes, sums.EmbeddingSize, mean);
        }

        var shrinkage = Shrinkage(sums.EmbeddingSize, sums.Count);
        covariance.ScaleInPlace(1 - shrinkage);
        covariance.diagonal().PlusInPlace(shrinkage * meanVariance);
        var factor = linalg.cholesky(covariance);
        var weight = mean.t().contiguous().cholesky_solve(factor).t().contiguous(); // [C, D]
        var bias = (weight * mean).sum(1).ScaleInPlace(-0.5); // [C]
        return new LdaSolution(classes, sums.EmbeddingSize, weight.data<double>().ToArray(), bias.data<double>().ToArray(), shrinkage)
        {
            Temperature = LdaSolution.UsualTemperature((double)sums.Count / classes.Count),
        };
    }

    /// <summary>ε = min(0.7, 0.44 √(D/N)): measured on four data sets, within about a point of the best fixed value at each N.</summary>
    public static double Shrinkage(int embeddingSize, long count) => Math.Min(0.7, 0.44 * Math.Sqrt((double)embeddingSize / count));

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

    /// <summary>Σ = (T − Σ_c n_c μ_c μ_cᵀ) / N; its lower triangle holds, which is all that the decomposition reads.</summary>
    private static Tensor Covariance(LdaSums sums, Tensor count, Tensor mean)
    {
        using var scope = NewDisposeScope();
        var scatter = tensor(sums.Scatter, [sums.EmbeddingSize, sums.EmbeddingSize]);
        var between = mean.t().matmul(mean * count);
        var covariance = scatter.PlusInPlace(between, -1).ScaleInPlace(1.0 / sums.Count);
        return covariance.MoveToOuterDisposeScope();
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
