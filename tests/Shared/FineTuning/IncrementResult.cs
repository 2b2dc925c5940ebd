using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Tests;

/// <summary>What a model of so many classes answered about their test pictures.</summary>
internal sealed record IncrementResult(int Classes, int[] Targets, float[] Probabilities, EvaluationMetrics Metrics)
{
    /// <summary>Share of the old classes' test images that this step turned from right to wrong.</summary>
    public double BrokenShare(IncrementResult before)
    {
        var old = RowsOf(before.Classes);
        // Test pictures come class after class, so the old ones stand in the same order before and after.
        return old.Where((row, index) => before.IsRight(index) && !IsRight(row)).Count() / (double)old.Length;
    }

    /// <summary>By how much this step lowered the accuracy on the old classes' test images; below 0: it rose.</summary>
    public double OldClassDrop(IncrementResult before) => before.Metrics.Accuracy - RowsOf(before.Classes).Average(row => IsRight(row) ? 1.0 : 0);

    private int[] RowsOf(int classes) => [.. Enumerable.Range(0, Targets.Length).Where(row => Targets[row] < classes)];

    private bool IsRight(int row) => ModelEvaluation.Predicted(Probabilities.AsSpan(row * Classes, Classes)) == Targets[row];
}
