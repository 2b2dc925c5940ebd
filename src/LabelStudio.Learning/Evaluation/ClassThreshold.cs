namespace LabelStudio.Learning.Evaluation;

/// <summary>The confidence from which predictions of one class are as precise as asked.</summary>
/// <param name="Index">Class index.</param>
/// <param name="Threshold">Least such confidence, 0 to 1; null when no threshold reaches the precision.</param>
/// <param name="Precision">Of the images predicted as the class at or above it, the share that are.</param>
/// <param name="Recall">Of the images of the class, the share predicted as it at or above it.</param>
public sealed record ClassThreshold(int Index, double? Threshold, double Precision, double Recall);
