namespace LabelStudio.Pipeline.Review;

/// <summary>The labels of a project that may be wrong.</summary>
/// <param name="Doubted">Worst first, without those that were reviewed or changed since.</param>
/// <param name="Judged">Labels that were examined.</param>
/// <param name="WithoutEmbedding">Labelled images left out, as their embedding is not computed yet.</param>
/// <param name="TooFewToJudge">Classes with fewer labels than <see cref="LeastImages"/>, which are neither doubted nor suggested.</param>
/// <param name="LeastImages">Labels a class must have to be judged.</param>
/// <param name="Reviewed">Doubts decided upon so far.</param>
/// <param name="IsOutdated">Labels changed since: search again to take them into account.</param>
public sealed record LabelErrorReport(
    IReadOnlyList<DoubtedLabel> Doubted,
    int Judged,
    int WithoutEmbedding,
    IReadOnlyList<Guid> TooFewToJudge,
    int LeastImages,
    int Reviewed,
    bool IsOutdated);
