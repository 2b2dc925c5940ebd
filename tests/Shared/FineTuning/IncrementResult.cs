using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Tests;

/// <summary>What a model of so many classes answered about their test pictures.</summary>
internal sealed record IncrementResult(int Classes, int[] Targets, float[] Probabilities, EvaluationMetrics Metrics)
{
    /// <summary>Share of the old classes' test images that this step turned from right to wrong.</summary>
    public double BrokenShare(IncrementResult before)
    {
        var old = Enumerable.Range(0, Targets.Length).Where(row => Targets[row] < before.Classes).ToArray();
        // Test pictures come class after class, so the old ones stand in the same order before and after.
        return old.Where((row, index) => before.IsRight(index) && !IsRight(row)).Count() / (double)old.Length;
    }

    private bool IsRight(int row) => ModelEvaluation.Predicted(Probabilities.AsSpan(row * Classes, Classes)) == Targets[row];
}
