namespace LabelStudio.Pipeline.Review;

/// <param name="Reason">With a rejection: what was wrong.</param>
public sealed record ReviewMark(ReviewState State, string? Reason);
