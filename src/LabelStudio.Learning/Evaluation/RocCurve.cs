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
    /// <summary>The curve of one class. Thread-safe.</summary>
    public static RocCurve Of(ThresholdCuts ofClass)
    {
        ArgumentNullException.ThrowIfNull(ofClass);
        if (ofClass.Positives == 0 || ofClass.Negatives == 0)
        {
            return new(ofClass.Index, null, []);
        }

        var (points, area) = (new List<RocPoint> { new(double.PositiveInfinity, 0, 0) }, 0.0);
        foreach (var cut in ofClass.Cuts)
        {
            var (before, point) = (points[^1], new RocPoint(cut.Threshold, (cut.Taken - cut.Right) / (double)ofClass.Negatives, cut.Right / (double)ofClass.Positives));
            area += (point.FalsePositiveRate - before.FalsePositiveRate) * (point.Recall + before.Recall) / 2;
            points.Add(point);
        }

        return new(ofClass.Index, area, points);
    }

    /// <summary>The same curve with at most this many points, evenly chosen, first and last kept: enough to draw it.</summary>
    public RocCurve Thinned(int points) => this with { Points = CurveThinning.Evenly(Points, points) };
}
