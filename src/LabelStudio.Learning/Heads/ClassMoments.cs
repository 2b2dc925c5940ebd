using System.Numerics.Tensors;

namespace LabelStudio.Learning.Heads;

/// <summary>What the closed form keeps of one class.</summary>
/// <param name="Count">Images it was learned from.</param>
/// <param name="Mean">Mean of x, float64 [D].</param>
/// <param name="Length">Mean of the raw embeddings' sums of magnitudes: x has lost the scale.</param>
/// <param name="LengthSpread">Standard deviation of these.</param>
internal sealed record ClassMoments(long Count, double[] Mean, double Length, double LengthSpread)
{
    public static ClassMoments Of(LdaSums.ClassSum sum, List<double> lengths)
    {
        var mean = new double[sum.Sum.Length];
        TensorPrimitives.Divide(sum.Sum, sum.Count, mean);
        var length = lengths.Average();
        return new ClassMoments(sum.Count, mean, length, Math.Sqrt(lengths.Average(item => (item - length) * (item - length))));
    }
}
