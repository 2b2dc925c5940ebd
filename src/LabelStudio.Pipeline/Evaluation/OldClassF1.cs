namespace LabelStudio.Pipeline.Evaluation;

/// <summary>F1 of a class that the model before knows, before and after, on the test images without new classes: on others that model has no chance.</summary>
public sealed record OldClassF1(Guid ClassId, double Before, double After);
