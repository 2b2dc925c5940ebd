namespace LabelStudio.Pipeline.Review;

/// <summary>Something a person wrote about an image, for others to read and to settle.</summary>
public sealed class ImageComment
{
    public long Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required long ImageId { get; init; }

    public required Guid UserId { get; init; }

    public required string Text { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public DateTime? ResolvedUtc { get; set; }

    public Guid? ResolvedBy { get; set; }
}
