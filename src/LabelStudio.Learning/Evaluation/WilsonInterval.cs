namespace LabelStudio.Learning.Evaluation;

/// <summary>
/// The range in which a share lies that was counted on few images. Unlike the usual plus-minus it stays within 0 to 1 and
/// is honest at 0 and 100 %. Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
/// </summary>
public static class WilsonInterval
{
    /// <summary>The quantile of the normal distribution for 95 %.</summary>
    private const double Quantile95 = 1.959963984540054;

    /// <summary>Lower and upper end of the 95 % interval, 0 to 1; (0, 1) without images.</summary>
    public static (double Low, double High) Of(int right, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(right, count);
        if (count == 0)
        {
            return (0, 1);
        }

        const double square = Quantile95 * Quantile95;
        var share = (double)right / count;
        var centre = (share + (square / (2 * count))) / (1 + (square / count));
        var half = Quantile95 / (1 + (square / count)) * Math.Sqrt((share * (1 - share) / count) + (square / (4.0 * count * count)));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
