namespace LabelStudio.Pipeline.Review;

/// <summary>Accuracy with so many labels: mean, least and most over several draws of them.</summary>
public sealed record LearningCurvePoint(int Labels, double Accuracy, double Low, double High);
