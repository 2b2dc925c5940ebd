namespace LabelStudio.Pipeline.Review;

/// <summary>The range in which the accuracy may lie with so many labels.</summary>
public sealed record LearningForecast(int Labels, double Low, double High);
