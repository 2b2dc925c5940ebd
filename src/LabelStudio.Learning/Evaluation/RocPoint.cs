namespace LabelStudio.Learning.Evaluation;

/// <summary>What happens when every image at or above a probability is given the class.</summary>
/// <param name="Threshold">Least probability, 0 to 1; infinite: no image is given the class.</param>
/// <param name="FalsePositiveRate">Of the images of other classes, the share given it, 0 to 1.</param>
/// <param name="Recall">Of the images of the class, the share given it, 0 to 1.</param>
public sealed record RocPoint(double Threshold, double FalsePositiveRate, double Recall);
