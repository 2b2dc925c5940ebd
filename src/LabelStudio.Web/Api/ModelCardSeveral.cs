namespace LabelStudio.Web.Api;

/// <summary>Figures of a model whose images may show several classes, shares of 1 on test images.</summary>
/// <param name="MicroF1">F1 over the answers of all classes together.</param>
/// <param name="MeanAveragePrecision">Mean over the classes of the precision over all thresholds.</param>
/// <param name="MeanJaccard">Overlap of given and called classes, mean over the images.</param>
/// <param name="HammingLoss">Share of wrong answers over all images and classes; 0 is best.</param>
public sealed record ModelCardSeveral(double MicroF1, double MeanAveragePrecision, double MeanJaccard, double HammingLoss);
