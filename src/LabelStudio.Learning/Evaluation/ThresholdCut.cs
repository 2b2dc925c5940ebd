namespace LabelStudio.Learning.Evaluation;

/// <summary>Every image at or above one probability is given the class.</summary>
/// <param name="Threshold">That probability, 0 to 1.</param>
/// <param name="Taken">Images given the class, at least 1.</param>
/// <param name="Right">Of these, the images of the class.</param>
public readonly record struct ThresholdCut(double Threshold, int Taken, int Right);
