namespace LabelStudio.Pipeline.Evaluation;

/// <summary>What the test images say of a model: the report, each image's answer and the probabilities behind them.</summary>
/// <param name="Probabilities">float32 [N, the report's classes], rows as in <paramref name="Predictions"/>; merged and archived classes are at 0.</param>
public sealed record TestOutcome(EvaluationReport Report, IReadOnlyList<TestPrediction> Predictions, float[] Probabilities)
{
    /// <summary>The same of the run's validation images; null: there is no run, or no such image.</summary>
    public HeldOutProbabilities? Validation { get; init; }
}
