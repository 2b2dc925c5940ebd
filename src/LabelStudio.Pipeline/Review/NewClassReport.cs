namespace LabelStudio.Pipeline.Review;

/// <param name="Groups">Proposals, the largest first.</param>
/// <param name="Compared">Unlabelled images that were looked at.</param>
/// <param name="IsTooEarly">Fewer than two classes have enough labels to say what fits them.</param>
public sealed record NewClassReport(IReadOnlyList<NewClassGroup> Groups, int Compared, bool IsTooEarly);
