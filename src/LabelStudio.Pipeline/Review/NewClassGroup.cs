using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Review;

/// <summary>Unlabelled images that fit no class and look alike, the one in their middle first.</summary>
public sealed record NewClassGroup(IReadOnlyList<ImageTile> Images);
