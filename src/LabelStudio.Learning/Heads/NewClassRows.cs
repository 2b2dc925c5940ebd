using System.Numerics.Tensors;
using LabelStudio.Learning.Native;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace LabelStudio.Learning.Heads;

/// <summary>
/// Rows of a linear head on the raw embedding for classes that the live head knows and the linear head does not yet.
/// </summary>
/// <remarks>
/// The two heads see different things (the live head the root at unit length, the linear head the raw numbers) and speak on
/// different scales, so rows cannot be copied. What can be said is what the new logit should be on each image: next to the
/// old logits o, a new class takes the share p that the live head gives it exactly if its logit is
/// <c>log Σ exp(o) + log(p / (1 − p))</c>. The row is the ridge regression of that on the embedding, with images that may be
/// of the class and all others weighing equally in sum. Scale, offset and rivals are right by construction.
/// </remarks>
internal static class NewClassRows
{
    /// <summary>e^8 is 3000 to 1: beyond it nothing changes on a decision, but the regression would bend towards it.</summary>
    private const double MostLogOdds = 8;

    /// <summary>Enough for a regression of 1280 numbers that is shrunk anyway; 60 MB in float64.</summary>
    private const int MostRows = 6000;

    public static LinearHead Fit(LdaSolution live, LinearHead old, ClassIndexMap grown, ReadOnlySpan<float> embeddings, int count)
    {
        var classes = ClassIndexMap.Of(grown.ClassIds.Where(id => old.Classes.IndexOf(id) < 0 && live.Classes.IndexOf(id) >= 0));
        var size = old.EmbeddingSize;
        var rows = LinearHead.Zero(classes, size);
        if (classes.Count == 0 || count == 0)
        {
            return rows;
        }

        var (chosen, chosenCount) = Choose(live, classes, embeddings, count);
        var (targets, shares) = Targets(live, old, classes, chosen, chosenCount);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var embedding = tensor(chosen, [chosenCount, size]).to(float64); // [N, D]
        for (var index = 0; index < classes.Count; index++)
        {
            var (weight, bias) = Ridge(embedding, targets[index], shares[index]);
            TensorPrimitives.ConvertTruncating<double, float>(weight, rows.Weight.AsSpan(index * size, size));
            rows.Bias[index] = (float)bias;
        }

        return rows;
    }

    /// <summary>
    /// At most <see cref="MostRows"/> of many images: half of them those that most likely show a new class, the others evenly
    /// from the rest.
    /// </summary>
    private static (float[] Embeddings, int Count) Choose(LdaSolution live, ClassIndexMap classes, ReadOnlySpan<float> embeddings, int count)
    {
        var size = live.EmbeddingSize;
        if (count <= MostRows)
        {
            return (embeddings[..(count * size)].ToArray(), count);
        }

        var probabilities = new float[count * live.Classes.Count];
        live.Probabilities(embeddings, count, probabilities);
        var columns = classes.ClassIds.Select(live.Classes.IndexOf).ToArray();
        var byLikelihood = Enumerable.Range(0, count)
            .OrderByDescending(row => columns.Max(column => probabilities[(row * live.Classes.Count) + column])).ToArray();
        var rest = byLikelihood[(MostRows / 2)..];
        int[] rows = [.. byLikelihood[..(MostRows / 2)], .. Enumerable.Range(0, MostRows / 2).Select(index => rest[(long)index * rest.Length / (MostRows / 2)])];
        var chosen = new float[rows.Length * size];
        for (var index = 0; index < rows.Length; index++)
        {
            embeddings.Slice(rows[index] * size, size).CopyTo(chosen.AsSpan(index * size));
        }

        return (chosen, rows.Length);
    }

    /// <summary>By class: the wanted logit of each image, and the live head's probability of the class.</summary>
    private static (double[][] Targets, double[][] Shares) Targets(
        LdaSolution live, LinearHead old, ClassIndexMap classes, ReadOnlySpan<float> embeddings, int count)
    {
        var probabilities = new float[count * live.Classes.Count];
        live.Probabilities(embeddings, count, probabilities);
        var oldLogits = new float[count * old.Classes.Count];
        old.Logits(embeddings, count, oldLogits);

        var columns = classes.ClassIds.Select(live.Classes.IndexOf).ToArray();
        var targets = columns.Select(_ => new double[count]).ToArray();
        var shares = columns.Select(_ => new double[count]).ToArray();
        for (var row = 0; row < count; row++)
        {
            var oldSum = LogSumExp(oldLogits.AsSpan(row * old.Classes.Count, old.Classes.Count));
            var ofNewClasses = columns.Sum(column => (double)probabilities[(row * live.Classes.Count) + column]);
            for (var index = 0; index < columns.Length; index++)
            {
                var share = (double)probabilities[(row * live.Classes.Count) + columns[index]];
                shares[index][row] = share;
                targets[index][row] = oldSum + Math.Clamp(Math.Log((share + 1e-12) / (Math.Max(0, 1 - ofNewClasses) + 1e-12)), -MostLogOdds, MostLogOdds);
            }
        }

        return (targets, shares);
    }

    private static (double[] Weight, double Bias) Ridge(Tensor embedding, double[] targets, double[] shares)
    {
        using var scope = NewDisposeScope();
        var (count, size) = (embedding.shape[0], embedding.shape[1]);
        var ofClass = shares.Sum() + 1e-9;
        var ofOthers = count - shares.Sum() + 1e-9;
        var weights = tensor(shares.Select(share => ((share / ofClass) + ((1 - share) / ofOthers)) / 2).ToArray(), [count, 1]); // sums to 1
        var target = tensor(targets, [count, 1]);
        var (centre, offset) = ((embedding * weights).sum(0, keepdim: true), (target * weights).sum());
        var x = embedding.Plus(centre, -1); // [N, D]
        var covariance = x.t().matmul(x * weights); // [D, D]
        var shrinkage = LdaSolver.Shrinkage((int)size, count);
        var ridge = Math.Max(1e-12, covariance.diagonal().mean().item<double>()) * shrinkage;
        covariance.ScaleInPlace(1 - shrinkage).diagonal().PlusInPlace(ridge);
        var moment = x.t().matmul(weights * target.Plus(offset, -1)); // [D, 1]
        var weight = moment.cholesky_solve(linalg.cholesky(covariance)); // [D, 1]
        var bias = offset.item<double>() - centre.matmul(weight).sum().item<double>();
        return (weight.flatten().data<double>().ToArray(), bias);
    }

    private static double LogSumExp(ReadOnlySpan<float> logits)
    {
        if (logits.IsEmpty)
        {
            return 0;
        }

        double highest = TensorPrimitives.Max(logits), total = 0;
        foreach (var logit in logits)
        {
            total += Math.Exp(logit - highest);
        }

        return highest + Math.Log(total);
    }
}
