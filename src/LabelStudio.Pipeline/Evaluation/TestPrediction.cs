namespace LabelStudio.Pipeline.Evaluation;

/// <summary>What the model said about one test image; a line of <c>test-predictions.jsonl</c>.</summary>
/// <param name="Probability">Of the predicted class, 0 to 1.</param>
/// <param name="ParentPredicted">What the model before said; null without one.</param>
public sealed record TestPrediction(long ImageId, Guid Target, Guid Predicted, double Probability, Guid? ParentPredicted);
