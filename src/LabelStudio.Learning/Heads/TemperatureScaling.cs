using System.Numerics.Tensors;

namespace LabelStudio.Learning.Heads;

/// <summary>
/// Calibrates probabilities by one number: logits are divided by a temperature before the softmax. Above 1 it makes an
/// over-confident classifier modest, below 1 an under-confident one firm; no prediction changes.
/// Source: Guo and others 2017, "On calibration of modern neural networks".
/// </summary>
public static class TemperatureScaling
{
    /// <summary>The lowest temperature that is given: a classifier without any error would ask for 0.</summary>
    public const double Lowest = 0.05;

    /// <summary>The highest temperature that is given: a classifier no better than chance would ask for infinity.</summary>
    public const double Highest = 1000;

    /// <summary>
    /// The temperature at which the mean negative log probability of the targets is least, from <see cref="Lowest"/> to
    /// <see cref="Highest"/>; 1 when there is no row. Fit it on held-out images only. Thread-safe.
    /// </summary>
    /// <param name="logits">float32 [N, classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="targets">Class index of each row, [N], 0 to classes − 1.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a target is outside.</exception>
    public static double Fit(ReadOnlySpan<float> logits, int classes, ReadOnlySpan<int> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (logits.Length != targets.Length * classes)
        {
            throw new ArgumentException($"{logits.Length} logits do not fit {targets.Length} rows of {classes} classes.", nameof(logits));
        }

        foreach (var target in targets)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(targets));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, classes, nameof(targets));
        }

        if (targets.IsEmpty || classes == 1)
        {
            return 1;
        }

        // The loss is convex in 1/T, so its slope changes sign once: halve the interval of log(1/T) until it is found.
        var (low, high) = (-Math.Log(Highest), -Math.Log(Lowest));
        for (var step = 0; step < 40; step++)
        {
            var middle = (low + high) / 2;
            if (Slope(logits, classes, targets, Math.Exp(middle)) > 0)
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return Math.Clamp(Math.Exp(-(low + high) / 2), Lowest, Highest);
    }

    /// <summary>
    /// As <see cref="Fit"/>, but as if one more row, answered with middling confidence, had turned out to be of its second
    /// class: a handful of answers that happen to be all right must not make a classifier certain of everything. Source:
    /// Laplace's rule of succession. Thread-safe.
    /// </summary>
    /// <param name="logits">float32 [N, classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="targets">Class index of each row, [N], 0 to classes − 1.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a target is outside.</exception>
    public static double FitCautiously(ReadOnlySpan<float> logits, int classes, ReadOnlySpan<int> targets)
    {
        if (targets.IsEmpty || classes < 2)
        {
            return Fit(logits, classes, targets);
        }

        var seconds = new int[targets.Length];
        var margins = new float[targets.Length];
        for (var row = 0; row < targets.Length; row++)
        {
            (seconds[row], margins[row]) = SecondBest(logits.Slice(row * classes, classes));
        }

        var rows = Enumerable.Range(0, targets.Length).ToArray();
        Array.Sort(margins, rows);
        var middling = rows[rows.Length / 2];
        return Fit([.. logits, .. logits.Slice(middling * classes, classes)], classes, [.. targets, seconds[middling]]);
    }

    /// <summary>Replaces logits by probabilities in place. Thread-safe.</summary>
    /// <param name="logits">float32 [count, classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="temperature">Above 0.</param>
    public static void Softmax(Span<float> logits, int classes, int count, double temperature)
    {
        for (var row = 0; row < count; row++)
        {
            var values = logits.Slice(row * classes, classes);
            // Without the shift large logits overflow.
            TensorPrimitives.Subtract(values, TensorPrimitives.Max<float>(values), values);
            TensorPrimitives.Divide(values, (float)temperature, values);
            TensorPrimitives.SoftMax(values, values);
        }
    }

    private static (int Index, float Margin) SecondBest(ReadOnlySpan<float> logits)
    {
        var best = TensorPrimitives.IndexOfMax(logits);
        var second = best == 0 ? 1 : 0;
        for (var index = second + 1; index < logits.Length; index++)
        {
            second = index != best && logits[index] > logits[second] ? index : second;
        }

        return (second, logits[best] - logits[second]);
    }

    /// <summary>Derivative of the summed loss with respect to β = 1/T: Σ (E_p[z] − z_target).</summary>
    private static double Slope(ReadOnlySpan<float> logits, int classes, ReadOnlySpan<int> targets, double beta)
    {
        var slope = 0.0;
        for (var row = 0; row < targets.Length; row++)
        {
            var values = logits.Slice(row * classes, classes);
            double highest = TensorPrimitives.Max(values), total = 0, weighted = 0;
            foreach (var value in values)
            {
                var share = Math.Exp(beta * (value - highest));
                total += share;
                weighted += share * value;
            }

            slope += (weighted / total) - values[targets[row]];
        }

        return slope;
    }
}
