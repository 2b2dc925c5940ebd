namespace LabelStudio.Pipeline.Evaluation;

/// <summary>A model that was there before another one, and what it said about its test images.</summary>
internal sealed record EarlierModel(EvaluationReport Report, IReadOnlyList<TestPrediction> Predictions);
