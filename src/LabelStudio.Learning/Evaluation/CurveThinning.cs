namespace LabelStudio.Learning.Evaluation;

/// <summary>Leaves out points of a curve that nobody could tell apart.</summary>
internal static class CurveThinning
{
    /// <summary>At most this many points, evenly chosen, first and last kept.</summary>
    public static IReadOnlyList<T> Evenly<T>(IReadOnlyList<T> points, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        return points.Count <= most
            ? points
            : [.. Enumerable.Range(0, most).Select(step => points[(int)((long)step * (points.Count - 1) / (most - 1))])];
    }
}
