using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Review;

/// <summary>What the checks before a run found in the images.</summary>
/// <param name="Checks">What to say.</param>
/// <param name="CrossingImageIds">Images of the sets of near-duplicates that lie in more than one split.</param>
public sealed record LaunchFindings(IReadOnlyList<LaunchCheck> Checks, IReadOnlyList<long> CrossingImageIds);
