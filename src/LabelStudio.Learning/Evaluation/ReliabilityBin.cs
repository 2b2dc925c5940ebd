namespace LabelStudio.Learning.Evaluation;

/// <summary>Images of about the same confidence.</summary>
/// <param name="Count">Images, at least 1.</param>
/// <param name="Low">Least confidence among them, 0 to 1.</param>
/// <param name="High">Greatest confidence among them.</param>
/// <param name="Confidence">Mean confidence: what the model promises.</param>
/// <param name="Accuracy">Share predicted right: what it keeps.</param>
/// <param name="AccuracyLow">Lower end of Wilson's 95 % interval of the accuracy.</param>
/// <param name="AccuracyHigh">Upper end of Wilson's 95 % interval of the accuracy.</param>
public sealed record ReliabilityBin(
    int Count, double Low, double High, double Confidence, double Accuracy, double AccuracyLow, double AccuracyHigh);
