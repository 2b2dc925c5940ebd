namespace LabelStudio.Learning.Evaluation;

/// <summary>
/// Receiver operating characteristic of one class against all others: recall against the false positive rate over all thresholds.
/// Source: Fawcett 2006, "An introduction to ROC analysis", algorithms 1 and 2.
/// </summary>
/// <param name="Index">Class index.</param>
/// <param name="Area">
/// Area under the curve, 0 to 1: how likely an image of the class has a higher probability of it than one of another class, equal
/// ones counted half. Null where there are no images of the class, or no others.
/// </param>
/// <param name="Points">From (0, 0) to (1, 1), the threshold falling; empty where there is no area.</param>
public sealed record RocCurve(int Index, double? Area, IReadOnlyList<RocPoint> Points)
{
    /// <summary>The curve of every class, by index. Thread-safe.</summary>
    /// <param name="targets">True class index of each image, [N].</param>
    /// <param name="probabilities">float32 [N, classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static IReadOnlyList<RocCurve> OfAll(int[] targets, float[] probabilities, int classes)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(probabilities);
        if (probabilities.Length != targets.Length * classes)
        {
            throw new ArgumentException(
                $"{probabilities.Length} probabilities do not fit {targets.Length} images and {classes} classes.", nameof(probabilities));
        }

        return [.. Enumerable.Range(0, classes).Select(index => Of(index, targets, probabilities, classes))];
    }

    /// <summary>The same curve with at most this many points, evenly chosen, first and last kept: enough to draw it.</summary>
    public RocCurve Thinned(int points) => this with { Points = CurveThinning.Evenly(Points, points) };

    private static RocCurve Of(int index, int[] targets, float[] probabilities, int classes)
    {
        var positives = targets.Count(target => target == index);
        var negatives = targets.Length - positives;
        if (positives == 0 || negatives == 0)
        {
            return new(index, null, []);
        }

        var order = targets.Select((target, image) => (Score: probabilities[(image * classes) + index], IsOfClass: target == index)).OrderByDescending(image => image.Score).ToArray();
        var (points, truePositives, falsePositives, area) = (new List<RocPoint> { new(double.PositiveInfinity, 0, 0) }, 0, 0, 0.0);
        for (var rank = 0; rank < order.Length; rank++)
        {
            truePositives += order[rank].IsOfClass ? 1 : 0;
            falsePositives += order[rank].IsOfClass ? 0 : 1;
            // Images of equal probability pass a threshold together.
            if (rank + 1 < order.Length && order[rank + 1].Score.Equals(order[rank].Score))
            {
                continue;
            }

            var (before, point) = (points[^1], new RocPoint(order[rank].Score, falsePositives / (double)negatives, truePositives / (double)positives));
            area += (point.FalsePositiveRate - before.FalsePositiveRate) * (point.Recall + before.Recall) / 2;
            points.Add(point);
        }

        return new(index, area, points);
    }
}
