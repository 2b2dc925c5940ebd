namespace LabelStudio.Pipeline.Review;

/// <summary>How good the live head is with fewer labels than there are, and what more may bring.</summary>
/// <param name="Points">From few labels to all.</param>
/// <param name="HeldOut">Labelled validation and test images it was measured on.</param>
/// <param name="Forecast">With twice the labels; null when there are too few to say.</param>
public sealed record LearningCurve(IReadOnlyList<LearningCurvePoint> Points, int HeldOut, LearningForecast? Forecast);
