namespace LabelStudio.Pipeline.Review;

/// <summary>An image on which people disagree.</summary>
public sealed record DividedImage(long ImageId, string Sha256, string FileName, int LabelVersion, IReadOnlyList<ImageVote> Votes);
