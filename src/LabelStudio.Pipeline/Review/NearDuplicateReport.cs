namespace LabelStudio.Pipeline.Review;

/// <summary>The near-duplicates of a project.</summary>
/// <param name="Sets">Those that cross splits first, then those that disagree on the class, then the largest.</param>
/// <param name="Compared">Images that were compared.</param>
/// <param name="Unreadable">Images whose file cannot be decoded, compared by nothing.</param>
/// <param name="IsOutdated">Images joined since: search again to compare them.</param>
public sealed record NearDuplicateReport(IReadOnlyList<NearDuplicateSet> Sets, int Compared, int Unreadable, bool IsOutdated)
{
    /// <summary>The newest image that was compared: those with a higher id joined since.</summary>
    public long LastImageId { get; init; }
}
