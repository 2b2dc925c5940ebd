using LabelStudio.Pipeline.Evaluation;

namespace LabelStudio.Web.Api;

/// <summary>A part of the test images on which a model is clearly weaker than on all of them.</summary>
/// <param name="By">What parts the images.</param>
/// <param name="Name">What the images of this part have in common.</param>
/// <param name="TestImages">How many they are.</param>
/// <param name="Accuracy">Share of right predictions on them, 0 to 1.</param>
/// <param name="AccuracyLow">Lower end of its 95 % interval.</param>
/// <param name="AccuracyHigh">Upper end, which lies below the accuracy over all test images.</param>
public sealed record ModelCardSlice(SliceKind By, string Name, int TestImages, double Accuracy, double AccuracyLow, double AccuracyHigh);
