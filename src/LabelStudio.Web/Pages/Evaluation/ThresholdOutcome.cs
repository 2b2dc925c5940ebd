namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>What a threshold of certainty does to the test images.</summary>
public sealed record ThresholdOutcome(int Count, int Answered, int Right)
{
    /// <summary>Share of images that get an answer at all.</summary>
    public double Coverage => Count == 0 ? 0 : (double)Answered / Count;

    /// <summary>Share of the answers that are right; null when there is none.</summary>
    public double? Accuracy => Answered == 0 ? null : (double)Right / Answered;
}
