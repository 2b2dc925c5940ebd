namespace LabelStudio.Learning.Evaluation;

/// <summary>The range in which the true value of a figure lies with 95 % certainty.</summary>
/// <param name="Low">Lower end, 0 to 1.</param>
/// <param name="High">Upper end, 0 to 1.</param>
public readonly record struct ConfidenceInterval(double Low, double High);
