namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>Images of like certainty: how sure the model was on average, and how often it was right.</summary>
public sealed record CalibrationBin(double Confidence, double Accuracy, int Count);
