namespace LabelStudio.Pipeline.Review;

/// <summary>A comment as a page shows it.</summary>
public sealed record CommentInfo(
    long Id, long ImageId, Guid UserId, string? UserName, string Text, DateTime CreatedUtc, DateTime? ResolvedUtc, string? ResolvedByName);
