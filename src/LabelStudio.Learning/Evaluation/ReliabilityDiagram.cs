namespace LabelStudio.Learning.Evaluation;

/// <summary>
/// Compares what a model promises with what it keeps, in bins of equally many images: a bin then never rests on a handful,
/// as equally wide ones do where the model is seldom unsure.
/// Source: Nixon and others 2019, "Measuring calibration in deep learning" (adaptive bins).
/// </summary>
/// <param name="Bins">From the least to the most confident images; the counts sum to the images.</param>
/// <param name="CalibrationError">Mean gap of confidence and accuracy, weighted by images, 0 to 1; 0 without images.</param>
public sealed record ReliabilityDiagram(IReadOnlyList<ReliabilityBin> Bins, double CalibrationError)
{
    /// <summary>10 by default: few enough for a small test split.</summary>
    public const int DefaultBins = 10;

    /// <summary>Draws the diagram. Thread-safe.</summary>
    /// <param name="targets">True class index of each image, [N].</param>
    /// <param name="probabilities">float32 [N, classes], each row summing to 1.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="bins">At most this many bins; images of equal confidence stay together, so there may be fewer.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static ReliabilityDiagram Of(int[] targets, float[] probabilities, int classes, int bins = DefaultBins)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        var answers = Answer.All(targets, probabilities, classes).OrderBy(answer => answer.Confidence).ToArray();
        var result = new List<ReliabilityBin>(bins);
        var start = 0;
        for (var bin = 1; bin <= bins && start < answers.Length; bin++)
        {
            var end = Math.Max(start + 1, (int)((long)answers.Length * bin / bins));
            while (end < answers.Length && answers[end].Confidence.Equals(answers[end - 1].Confidence))
            {
                end++;
            }

            result.Add(Bin(answers[start..end]));
            start = end;
        }

        return new(result, answers.Length == 0 ? 0 : result.Sum(bin => bin.Count * Math.Abs(bin.Confidence - bin.Accuracy)) / answers.Length);
    }

    private static ReliabilityBin Bin(Answer[] answers)
    {
        var right = answers.Count(answer => answer.IsRight);
        var (low, high) = WilsonInterval.Of(right, answers.Length);
        return new(
            answers.Length,
            answers[0].Confidence,
            answers[^1].Confidence,
            answers.Average(answer => answer.Confidence),
            right / (double)answers.Length,
            low,
            high);
    }
}
