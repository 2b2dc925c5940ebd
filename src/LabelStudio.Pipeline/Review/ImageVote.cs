namespace LabelStudio.Pipeline.Review;

/// <summary>What one person said an image shows.</summary>
public sealed record ImageVote(string UserName, Guid ClassId);
