using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Chooses the best epoch: the latest one whose macro-F1 on validation lies within one standard error of the highest. With a
/// hundred validation images an epoch in the middle of a run often leads by one lucky image, while the weights settle only
/// as the learning rate falls to 0: on photographs of clothes the strict highest cost up to five points of test accuracy.
/// Without validation the last epoch. The epoch of the highest itself is kept apart: patience counts from there, as on a
/// level curve the chosen epoch moves on for ever.
/// </summary>
/// <remarks>Source: the one-standard-error rule of Breiman and others 1984, "Classification and regression trees".</remarks>
internal sealed class EpochChoice
{
    /// <summary>The highest so far; null before the first epoch with validation.</summary>
    internal double? HighestMacroF1 { get; private set; }

    /// <summary>The first epoch that reached it; without validation the last one.</summary>
    internal int HighestEpoch { get; private set; }

    /// <summary>True when the epoch is the best so far. Epochs are offered in order.</summary>
    internal bool Offer(int epoch, EvaluationMetrics? metrics)
    {
        if (metrics is null)
        {
            HighestEpoch = epoch;
            return true;
        }
        if (HighestMacroF1 is null || metrics.MacroF1 > HighestMacroF1)
        {
            (HighestMacroF1, HighestEpoch) = (metrics.MacroF1, epoch);
        }
        var highest = HighestMacroF1.Value;
        var standardError = Math.Sqrt(highest * (1 - highest) / metrics.Count);
        return metrics.MacroF1 >= highest - standardError;
    }

    /// <summary>The curve tells where the highest was.</summary>
    internal void LoadFrom(TrainingCheckpoint checkpoint)
    {
        HighestMacroF1 = checkpoint.BestMacroF1;
        HighestEpoch = HighestMacroF1 is null ? checkpoint.Epoch : checkpoint.Epochs.MaxBy(epoch => epoch.ValidationMacroF1)?.Epoch ?? checkpoint.BestEpoch;
    }
}
