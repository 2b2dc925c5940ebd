namespace LabelStudio.Pipeline.Labelling;

/// <summary>What an action on many images did.</summary>
/// <param name="Changed">Images it changed; where the person only has a vote, their vote.</param>
/// <param name="LeftOut">Images that somebody decided upon meanwhile, and that were left alone.</param>
/// <param name="Refusal">Why some were not changed though nobody decided upon them.</param>
public sealed record BulkResult(int Changed, IReadOnlyList<long> LeftOut, string? Refusal = null)
{
    public static BulkResult operator +(BulkResult one, BulkResult other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return new(one.Changed + other.Changed, [.. one.LeftOut, .. other.LeftOut], one.Refusal ?? other.Refusal);
    }

    internal static BulkResult Of(IReadOnlyCollection<DecisionResult> results) => new(
        results.Count(result => result.Outcome == DecisionOutcome.Saved),
        [.. results.Where(result => result.Outcome == DecisionOutcome.Conflict).Select(result => result.ImageId)],
        results.FirstOrDefault(result => result.Outcome == DecisionOutcome.Refused)?.Message);
}
