namespace LabelStudio.Learning.Evaluation;

/// <summary>What happens when every image at or above a probability is given the class.</summary>
/// <param name="Threshold">Least probability, 0 to 1.</param>
/// <param name="Precision">Of the images given the class, the share that are of it, 0 to 1.</param>
/// <param name="Recall">Of the images of the class, the share given it, 0 to 1.</param>
public sealed record PrecisionRecallPoint(double Threshold, double Precision, double Recall);
