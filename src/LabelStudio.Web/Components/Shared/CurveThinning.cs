namespace LabelStudio.Web.Components.Shared;

/// <summary>Fewer points for the same picture, so that a long run does not send megabytes to each viewer.</summary>
public static class CurveThinning
{
    /// <summary>
    /// Keeps the first, the last and of each stretch between them the point that spans the largest triangle
    /// (Steinarsson 2013, "Downsampling time series for visual representation", LTTB). Gaps are kept while there is room.
    /// </summary>
    public static IReadOnlyList<ChartPoint> Thin(IReadOnlyList<ChartPoint> points, int most)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 3);
        if (points.Count <= most)
        {
            return points;
        }

        var kept = new List<ChartPoint>(most) { points[0] };
        var width = (points.Count - 2.0) / (most - 2);
        var previous = points[0];
        for (var bucket = 0; bucket < most - 2; bucket++)
        {
            var (start, end) = Bounds(bucket, width);
            var (nextStart, nextEnd) = Bounds(bucket + 1, width);
            var next = Mean(points, Math.Min(nextStart, points.Count - 1), Math.Min(nextEnd, points.Count));
            previous = Largest(points, start, end, previous, next);
            kept.Add(previous);
        }

        kept.Add(points[^1]);
        return kept;
    }

    private static (int Start, int End) Bounds(int bucket, double width) =>
        ((int)(bucket * width) + 1, (int)((bucket + 1) * width) + 1);

    private static (double X, double Y) Mean(IReadOnlyList<ChartPoint> points, int start, int end)
    {
        double x = 0, y = 0;
        var count = 0;
        for (var i = start; i < end; i++)
        {
            if (points[i].Y is { } value && double.IsFinite(value))
            {
                x += points[i].X;
                y += value;
                count++;
            }
        }

        return count == 0 ? (points[start].X, 0) : (x / count, y / count);
    }

    private static ChartPoint Largest(IReadOnlyList<ChartPoint> points, int start, int end, ChartPoint previous, (double X, double Y) next)
    {
        var best = points[start];
        var bestArea = -1.0;
        var before = previous.Y is { } y && double.IsFinite(y) ? y : next.Y;
        for (var i = start; i < end; i++)
        {
            if (points[i].Y is not { } value || !double.IsFinite(value))
            {
                return points[i];
            }

            var area = Math.Abs(((previous.X - next.X) * (value - before)) - ((previous.X - points[i].X) * (next.Y - before)));
            if (area > bestArea)
            {
                (best, bestArea) = (points[i], area);
            }
        }

        return best;
    }
}
