using System.Numerics.Tensors;

namespace LabelStudio.Learning.Evaluation;

/// <summary>
/// Figures of a model from its probabilities on held-out images, equal to those of scikit-learn. The prediction is the most
/// probable class, the first of equals. Pure and thread-safe.
/// </summary>
public static class ModelEvaluation
{
    private const int CalibrationBins = 10;

    /// <summary>Computes all figures.</summary>
    /// <param name="targets">True class index of each image, [N].</param>
    /// <param name="probabilities">float32 [N, classes], each row summing to 1.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a target is outside.</exception>
    public static EvaluationMetrics Compute(int[] targets, float[] probabilities, int classes)
    {
        ThrowIfUnfit(targets, probabilities, classes);
        var confusion = new ConfusionMatrix(classes);
        var (logLoss, inTop5, inTop, top) = (0.0, 0, 0, EvaluationMetrics.TopCountOf(classes));
        for (var row = 0; row < targets.Length; row++)
        {
            var values = Row(probabilities, row, classes);
            confusion.Add(targets[row], Predicted(values));
            logLoss -= Math.Log(Math.Max(values[targets[row]], float.Epsilon));
            var rank = RankOf(targets[row], values);
            inTop5 += rank < 5 ? 1 : 0;
            inTop += rank < top ? 1 : 0;
        }

        var perClass = confusion.PerClass();
        var present = perClass.Where(metrics => metrics.Support > 0).ToList();
        var (low, high) = WilsonInterval.Of(confusion.Right, confusion.Count);
        return new EvaluationMetrics(
            confusion.Count,
            confusion.Accuracy,
            low,
            high,
            Mean(present, metrics => metrics.Recall),
            Mean(present, metrics => metrics.F1),
            targets.Length == 0 ? 0 : (double)inTop5 / targets.Length,
            CalibrationError(targets, probabilities, classes),
            targets.Length == 0 ? 0 : logLoss / targets.Length,
            perClass,
            confusion.ToRows())
        {
            TopAccuracy = top is null ? null : targets.Length == 0 ? 0 : (double)inTop / targets.Length,
        };
    }

    /// <summary>Share of images whose class is among the k most probable, 0 to 1. Arguments as in <see cref="Compute"/>.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit, or a target is outside.</exception>
    public static double TopAccuracy(int[] targets, float[] probabilities, int classes, int k)
    {
        ThrowIfUnfit(targets, probabilities, classes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        var inside = targets.Where((target, row) => RankOf(target, Row(probabilities, row, classes)) < k).Count();
        return targets.Length == 0 ? 0 : (double)inside / targets.Length;
    }

    /// <summary>
    /// Compares an old and a new model on the same images. The new model's classes begin with the old one's, at the same
    /// indices; targets at or above <paramref name="oldClasses"/> are new classes.
    /// </summary>
    /// <param name="targets">True class index of each image, [N].</param>
    /// <param name="oldProbabilities">float32 [N, oldClasses].</param>
    /// <param name="oldClasses">Classes of the old model.</param>
    /// <param name="newProbabilities">float32 [N, newClasses].</param>
    /// <param name="newClasses">Classes of the new model, at least as many.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a target is outside.</exception>
    public static ModelComparison Compare(int[] targets, float[] oldProbabilities, int oldClasses, float[] newProbabilities, int newClasses)
    {
        ThrowIfUnfit(targets, newProbabilities, newClasses);
        ArgumentNullException.ThrowIfNull(oldProbabilities);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldClasses, newClasses);
        if (oldProbabilities.Length != targets.Length * oldClasses)
        {
            throw new ArgumentException($"{oldProbabilities.Length} probabilities do not fit {targets.Length} images of {oldClasses} classes.", nameof(oldProbabilities));
        }

        var oldRight = new bool[targets.Length];
        var newRight = new bool[targets.Length];
        for (var row = 0; row < targets.Length; row++)
        {
            oldRight[row] = oldClasses > 0 && Predicted(Row(oldProbabilities, row, oldClasses)) == targets[row];
            newRight[row] = Predicted(Row(newProbabilities, row, newClasses)) == targets[row];
        }

        var rows = Enumerable.Range(0, targets.Length).ToList();
        var old = rows.Where(row => targets[row] < oldClasses).ToList();
        var forgetting = new double?[oldClasses];
        foreach (var rowsOfClass in old.GroupBy(row => targets[row]))
        {
            forgetting[rowsOfClass.Key] = ShareOf(rowsOfClass, oldRight) - ShareOf(rowsOfClass, newRight);
        }

        List<int> broken = [.. old.Where(row => oldRight[row] && !newRight[row])];
        return new ModelComparison(
            ShareOf(old, oldRight),
            ShareOf(old, newRight),
            ShareOf(rows.Where(row => targets[row] >= oldClasses), newRight),
            forgetting,
            forgetting.Average(),
            broken,
            [.. old.Where(row => !oldRight[row] && newRight[row])],
            old.Count == 0 ? null : (double)broken.Count / old.Count);
    }

    /// <summary>Index of the most probable class, the first of equals.</summary>
    public static int Predicted(ReadOnlySpan<float> probabilities) => TensorPrimitives.IndexOfMax(probabilities);

    /// <summary>Σ over bins of confidence (share of images) · |accuracy − mean confidence|. Source: Guo and others 2017.</summary>
    private static double CalibrationError(int[] targets, float[] probabilities, int classes)
    {
        var gaps = new double[CalibrationBins];
        for (var row = 0; row < targets.Length; row++)
        {
            var values = Row(probabilities, row, classes);
            var predicted = Predicted(values);
            // Bins are open below and closed above: a confidence of exactly 0.5 belongs to 0.4–0.5.
            var bin = Math.Clamp((int)Math.Ceiling(values[predicted] * (double)CalibrationBins) - 1, 0, CalibrationBins - 1);
            gaps[bin] += (predicted == targets[row] ? 1 : 0) - values[predicted];
        }

        return targets.Length == 0 ? 0 : gaps.Sum(Math.Abs) / targets.Length;
    }

    private static int RankOf(int target, ReadOnlySpan<float> values)
    {
        var rank = 0;
        for (var index = 0; index < values.Length; index++)
        {
            rank += values[index] > values[target] || (values[index] == values[target] && index < target) ? 1 : 0;
        }

        return rank;
    }

    private static double? ShareOf(IEnumerable<int> rows, bool[] right) => rows.Select(row => right[row] ? 1.0 : 0.0).Cast<double?>().Average();

    private static double Mean(List<ClassMetrics> classes, Func<ClassMetrics, double> figure) => classes.Count == 0 ? 0 : classes.Average(figure);

    private static ReadOnlySpan<float> Row(float[] values, int row, int classes) => values.AsSpan(row * classes, classes);

    private static void ThrowIfUnfit(int[] targets, float[] probabilities, int classes)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (probabilities.Length != targets.Length * classes)
        {
            throw new ArgumentException($"{probabilities.Length} probabilities do not fit {targets.Length} images of {classes} classes.", nameof(probabilities));
        }

        if (targets.Any(target => target < 0 || target >= classes))
        {
            throw new ArgumentException($"A target is not among the {classes} classes.", nameof(targets));
        }
    }
}
