namespace LabelStudio.Pipeline.Review;

/// <summary>An image to which people gave different classes.</summary>
/// <param name="Votes">The class of each annotator by place, null where there is none.</param>
public sealed record Disagreement(long ImageId, string Sha256, string FileName, IReadOnlyList<Guid?> Votes);
