namespace LabelStudio.Pipeline.Review;

/// <summary>What more labels of one class would do.</summary>
/// <param name="TrainLabels">Labels of the class that training sees.</param>
/// <param name="TestImages">Test images of the class; 0 without a promoted model or test image.</param>
/// <param name="Recall">Share of its test images that the promoted model finds, 0 to 1; null when too few to say.</param>
/// <param name="MoreLabels">Labels to add, rounded; 0: enough for now.</param>
/// <param name="TakenFor">The class that most of its missed test images are taken for; null: none is missed.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record LabellingAdvice(
    Guid ClassId,
    string ClassName,
    int TrainLabels,
    int TestImages,
    double? Recall,
    int MoreLabels,
    string? TakenFor,
    string Reason)
{
    /// <summary>It is about images that show several classes, or none.</summary>
    public bool IsCombination { get; init; }
}
