namespace LabelStudio.Learning.Evaluation;

/// <summary>Precision against recall of one class over all thresholds.</summary>
/// <param name="Index">Class index.</param>
/// <param name="Support">Images of this class.</param>
/// <param name="AveragePrecision">Σ (recall − recall before) · precision, 0 to 1, as scikit-learn counts; null for a class without images.</param>
/// <param name="Points">From the highest threshold to the lowest, recall rising; empty for a class without images.</param>
public sealed record PrecisionRecallCurve(
    int Index, int Support, double? AveragePrecision, IReadOnlyList<PrecisionRecallPoint> Points)
{
    /// <summary>The curve of every class, by index. Thread-safe.</summary>
    /// <param name="targets">True class index of each image, [N].</param>
    /// <param name="probabilities">float32 [N, classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static IReadOnlyList<PrecisionRecallCurve> OfAll(int[] targets, float[] probabilities, int classes)
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
    public PrecisionRecallCurve Thinned(int points) => this with { Points = CurveThinning.Evenly(Points, points) };

    private static PrecisionRecallCurve Of(int index, int[] targets, float[] probabilities, int classes)
    {
        var support = targets.Count(target => target == index);
        if (support == 0)
        {
            return new(index, 0, null, []);
        }

        var scores = targets.Select((_, image) => probabilities[(image * classes) + index]).ToArray();
        var order = Enumerable.Range(0, targets.Length).OrderByDescending(image => scores[image]).ToArray();
        var (points, right, average, recallBefore) = (new List<PrecisionRecallPoint>(), 0, 0.0, 0.0);
        for (var rank = 0; rank < order.Length; rank++)
        {
            right += targets[order[rank]] == index ? 1 : 0;
            // Images of equal probability pass a threshold together.
            if (rank + 1 < order.Length && scores[order[rank + 1]].Equals(scores[order[rank]]))
            {
                continue;
            }

            var point = new PrecisionRecallPoint(scores[order[rank]], right / (rank + 1.0), right / (double)support);
            average += (point.Recall - recallBefore) * point.Precision;
            recallBefore = point.Recall;
            points.Add(point);
        }

        return new(index, support, average, points);
    }
}
