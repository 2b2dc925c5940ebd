namespace LabelStudio.Learning.LabelErrors;

/// <summary>How well each image's given label fits its out-of-sample probabilities, 0 (surely wrong) to 1. Thread-safe.</summary>
public static class LabelQuality
{
    /// <summary>The probability of the given class, [N].</summary>
    /// <param name="given">Class index of each image's label, [N], 0 to classes − 1.</param>
    /// <param name="probabilities">float32 [N, classes], out of sample.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static double[] SelfConfidence(ReadOnlySpan<int> given, ReadOnlySpan<float> probabilities, int classes)
    {
        ConfidentLearning.ThrowIfUnfit(given, probabilities, classes);
        var scores = new double[given.Length];
        for (var image = 0; image < scores.Length; image++)
        {
            scores[image] = probabilities[(image * classes) + given[image]];
        }

        return scores;
    }

    /// <summary>
    /// Half of 1 + the given class's probability − the greatest probability of another class, [N]: below 0.5 another class
    /// is more probable. Tells a sure contradiction from an image that fits no class. Shapes as in <see cref="SelfConfidence"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static double[] NormalizedMargin(ReadOnlySpan<int> given, ReadOnlySpan<float> probabilities, int classes)
    {
        ConfidentLearning.ThrowIfUnfit(given, probabilities, classes);
        var scores = new double[given.Length];
        for (var image = 0; image < scores.Length; image++)
        {
            var row = probabilities.Slice(image * classes, classes);
            var other = 0.0;
            for (var index = 0; index < classes; index++)
            {
                other = index == given[image] ? other : Math.Max(other, row[index]);
            }

            scores[image] = (row[given[image]] - other + 1) / 2;
        }

        return scores;
    }
}
