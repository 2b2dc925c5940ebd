namespace LabelStudio.Pipeline.Review;

/// <summary>A verdict on a doubted label. It stays, so that the same doubt is not raised again.</summary>
public sealed class LabelReview
{
    public long Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required long ImageId { get; init; }

    public required LabelVerdict Verdict { get; init; }

    public required Guid GivenClassId { get; init; }

    public required Guid SuggestedClassId { get; init; }

    /// <summary>The class that was found right; null after a discard.</summary>
    public Guid? ConfirmedClassId { get; init; }

    public required Guid UserId { get; init; }

    public required DateTime ReviewedUtc { get; init; }
}
