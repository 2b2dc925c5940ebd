using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.LabelErrors;

/// <summary>
/// Finds images whose given label disagrees with what a classifier that never saw them is sure of.
/// Source: Northcutt, Jiang and Chuang 2021, "Confident learning: estimating uncertainty in dataset labels".
/// </summary>
/// <remarks>Pure functions, safe on every thread. Give out-of-sample probabilities only: a classifier believes its own labels.</remarks>
public static class ConfidentLearning
{
    /// <summary>A probability this little below the threshold still counts as reaching it, so that rounding does not decide.</summary>
    private const double ThresholdSlack = 1e-6;

    /// <summary>
    /// What counts as confident in each class: the mean probability of the class over the images labelled with it, 0 to 1;
    /// infinity for a class without images, which nothing reaches.
    /// </summary>
    /// <param name="given">Class index of each image's label, [N], 0 to classes − 1.</param>
    /// <param name="probabilities">float32 [N, classes], out of sample.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static double[] Thresholds(ReadOnlySpan<int> given, ReadOnlySpan<float> probabilities, int classes)
    {
        ThrowIfUnfit(given, probabilities, classes);
        var (sums, counts) = (new double[classes], new int[classes]);
        for (var image = 0; image < given.Length; image++)
        {
            sums[given[image]] += probabilities[(image * classes) + given[image]];
            counts[given[image]]++;
        }

        return [.. sums.Select((sum, index) => counts[index] == 0 ? double.PositiveInfinity : sum / counts[index])];
    }

    /// <summary>
    /// The class each image confidently belongs to, [N]: the one that reaches its threshold, the most probable class when
    /// several do, −1 when none does.
    /// </summary>
    /// <param name="probabilities">float32 [N, classes].</param>
    /// <param name="thresholds">From <see cref="Thresholds"/>.</param>
    public static int[] ConfidentClasses(ReadOnlySpan<float> probabilities, ReadOnlySpan<double> thresholds)
    {
        var classes = thresholds.Length;
        var result = new int[classes == 0 ? 0 : probabilities.Length / classes];
        for (var image = 0; image < result.Length; image++)
        {
            var row = probabilities.Slice(image * classes, classes);
            var (reached, only) = (0, -1);
            for (var index = 0; index < classes; index++)
            {
                if (row[index] >= thresholds[index] - ThresholdSlack)
                {
                    (reached, only) = (reached + 1, index);
                }
            }

            result[image] = reached > 1 ? ModelEvaluation.Predicted(row) : only;
        }

        return result;
    }

    /// <summary>
    /// Counts of the confident images, [classes, classes]: rows the given class, columns the confident class. The diagonal is
    /// at least 1, so that every class has a right example.
    /// </summary>
    /// <param name="given">Class index of each image's label, [N].</param>
    /// <param name="confidentClasses">From <see cref="ConfidentClasses"/>, [N].</param>
    /// <param name="classes">Number of classes.</param>
    public static int[][] ConfidentJoint(ReadOnlySpan<int> given, ReadOnlySpan<int> confidentClasses, int classes)
    {
        var joint = new int[classes][];
        for (var index = 0; index < classes; index++)
        {
            joint[index] = new int[classes];
        }

        for (var image = 0; image < given.Length; image++)
        {
            if (confidentClasses[image] >= 0)
            {
                joint[given[image]][confidentClasses[image]]++;
            }
        }

        for (var index = 0; index < classes; index++)
        {
            joint[index][index] = Math.Max(1, joint[index][index]);
        }

        return joint;
    }

    /// <summary>
    /// The off-diagonal images of the confident joint: confident in another class than the given one, and the given one not
    /// the most probable. Few and mostly right. Ascending image positions.
    /// </summary>
    public static int[] OffDiagonal(ReadOnlySpan<int> given, ReadOnlySpan<float> probabilities, int classes)
    {
        var confident = ConfidentClasses(probabilities, Thresholds(given, probabilities, classes));
        var result = new List<int>();
        for (var image = 0; image < given.Length; image++)
        {
            if (confident[image] >= 0
                && confident[image] != given[image]
                && ModelEvaluation.Predicted(probabilities.Slice(image * classes, classes)) != given[image])
            {
                result.Add(image);
            }
        }

        return [.. result];
    }

    /// <summary>
    /// As many images of each pair (given, confident) as the calibrated joint estimates to be mislabelled, those with the
    /// widest margin first. Finds more than <see cref="OffDiagonal"/>. Ascending image positions.
    /// </summary>
    public static int[] ByNoiseRate(ReadOnlySpan<int> given, ReadOnlySpan<float> probabilities, int classes)
    {
        var confident = ConfidentClasses(probabilities, Thresholds(given, probabilities, classes));
        var joint = ConfidentJoint(given, confident, classes);
        return NoiseRateSelection.Select(given, probabilities, NoiseRateSelection.Calibrate(joint, given));
    }

    internal static void ThrowIfUnfit(ReadOnlySpan<int> given, ReadOnlySpan<float> probabilities, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (probabilities.Length != given.Length * classes)
        {
            throw new ArgumentException(
                $"{probabilities.Length} probabilities do not fit {given.Length} images and {classes} classes.", nameof(probabilities));
        }

        foreach (var target in given)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(given));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, classes, nameof(given));
        }
    }
}
