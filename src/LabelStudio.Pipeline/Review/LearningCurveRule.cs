using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Pipeline.Review;

/// <summary>
/// The arithmetic of a learning curve. Errors are taken to fall as a power of the labels, as Hestness and others 2017, "Deep
/// learning scaling is predictable, empirically", found; each draw is continued by its own power, and the range is that of
/// the draws widened by what so few held-out images leave open.
/// </summary>
internal static class LearningCurveRule
{
    public const int LeastLabels = 40;
    public const int LeastHeldOut = 30;
    private const int FittedPoints = 3;

    /// <param name="sizes">Labels of each point, rising.</param>
    /// <param name="errors">Share of wrong answers, [draws][points].</param>
    /// <param name="heldOut">Images each share was counted on.</param>
    public static LearningCurve Of(int[] sizes, double[][] errors, int heldOut)
    {
        var points = sizes.Select((labels, point) => new LearningCurvePoint(
            labels, 1 - errors.Average(draw => draw[point]), 1 - errors.Max(draw => draw[point]), 1 - errors.Min(draw => draw[point])));
        return new([.. points], heldOut, Forecast(sizes, errors, heldOut));
    }

    private static LearningForecast? Forecast(int[] sizes, double[][] errors, int heldOut)
    {
        if (sizes.Length < FittedPoints || sizes[^1] < LeastLabels || heldOut < LeastHeldOut)
        {
            return null;
        }
        var labels = 2 * sizes[^1];
        // No error at all on few images is still not none: half an image.
        var continued = errors.Select(draw => Continue(sizes[^FittedPoints..], [.. draw[^FittedPoints..].Select(error => Math.Max(error, 0.5 / heldOut))], labels)).ToArray();
        var low = WilsonInterval.Of((int)Math.Round((1 - continued.Max()) * heldOut), heldOut).Low;
        var high = WilsonInterval.Of((int)Math.Round((1 - continued.Min()) * heldOut), heldOut).High;
        return new(labels, low, high);
    }

    /// <summary>The least-squares line of log error over log labels, never rising, at more labels.</summary>
    private static double Continue(int[] sizes, double[] errors, int labels)
    {
        var (x, y) = (sizes.Select(size => Math.Log(size)).ToArray(), errors.Select(error => Math.Log(error)).ToArray());
        var (meanX, meanY) = (x.Average(), y.Average());
        var slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
        return Math.Clamp(Math.Exp(meanY + (Math.Min(0, slope) * (Math.Log(labels) - meanX))), 0, 1);
    }
}
