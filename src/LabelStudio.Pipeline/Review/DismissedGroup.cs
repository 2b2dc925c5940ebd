namespace LabelStudio.Pipeline.Review;

/// <summary>Images that look like a class of their own but were found to be none: the group is not proposed again.</summary>
public sealed class DismissedGroup
{
    public long Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required long[] ImageIds { get; init; }

    public required Guid UserId { get; init; }

    public required DateTime DismissedUtc { get; init; }
}
