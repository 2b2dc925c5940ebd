using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Chooses the best epoch: the latest one whose macro-F1 on validation lies within one standard error of the highest. With a
/// hundred validation images an epoch in the middle of a run often leads by one lucky image, while the weights settle only
/// as the learning rate falls to 0: on photographs of clothes the strict highest cost up to five points of test accuracy.
/// Without validation the last epoch.
/// </summary>
/// <remarks>Source: the one-standard-error rule of Breiman and others 1984, "Classification and regression trees".</remarks>
internal sealed class EpochChoice
{
    /// <summary>The highest so far; null before the first epoch with validation.</summary>
    internal double? HighestMacroF1 { get; set; }

    /// <summary>True when the epoch is the best so far. Epochs are offered in order.</summary>
    internal bool Offer(EvaluationMetrics? metrics)
    {
        if (metrics is null)
        {
            return true;
        }
        var highest = Math.Max(HighestMacroF1 ?? 0, metrics.MacroF1);
        HighestMacroF1 = highest;
        var standardError = Math.Sqrt(highest * (1 - highest) / metrics.Count);
        return metrics.MacroF1 >= highest - standardError;
    }
}
