namespace LabelStudio.Pipeline.Review;

/// <summary>Images that look alike but were found to be different pictures: they are not shown as near-duplicates again.</summary>
public sealed class DismissedSet
{
    public long Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required long[] ImageIds { get; init; }

    public required Guid UserId { get; init; }

    public required DateTime DismissedUtc { get; init; }
}
