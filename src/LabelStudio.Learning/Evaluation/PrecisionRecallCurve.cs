namespace LabelStudio.Learning.Evaluation;

/// <summary>Precision against recall of one class over all thresholds.</summary>
/// <param name="Index">Class index.</param>
/// <param name="Support">Images of this class.</param>
/// <param name="AveragePrecision">Σ (recall − recall before) · precision, 0 to 1, as scikit-learn counts; null for a class without images.</param>
/// <param name="Points">From the highest threshold to the lowest, recall rising; empty for a class without images.</param>
public sealed record PrecisionRecallCurve(
    int Index, int Support, double? AveragePrecision, IReadOnlyList<PrecisionRecallPoint> Points)
{
    /// <summary>The curve of one class. Thread-safe.</summary>
    public static PrecisionRecallCurve Of(ThresholdCuts ofClass)
    {
        ArgumentNullException.ThrowIfNull(ofClass);
        if (ofClass.Positives == 0)
        {
            return new(ofClass.Index, 0, null, []);
        }

        var (points, average, recallBefore) = (new List<PrecisionRecallPoint>(), 0.0, 0.0);
        foreach (var cut in ofClass.Cuts)
        {
            var point = new PrecisionRecallPoint(cut.Threshold, cut.Right / (double)cut.Taken, cut.Right / (double)ofClass.Positives);
            average += (point.Recall - recallBefore) * point.Precision;
            recallBefore = point.Recall;
            points.Add(point);
        }

        return new(ofClass.Index, ofClass.Positives, average, points);
    }

    /// <summary>The same curve with at most this many points, evenly chosen, first and last kept: enough to draw it.</summary>
    public PrecisionRecallCurve Thinned(int points) => this with { Points = CurveThinning.Evenly(Points, points) };
}
