using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Chooses the best epoch: of those whose macro-F1 on validation lies within one standard error of the highest, the one with
/// the lowest log loss. With a hundred validation images an epoch in the middle of a run often leads by one lucky image,
/// while the log loss, to which every image adds, still falls: on photographs of clothes that cost three points of test
/// accuracy. Without validation the last epoch.
/// </summary>
/// <remarks>Source: the one-standard-error rule of Breiman and others 1984, "Classification and regression trees".</remarks>
internal sealed class EpochChoice
{
    private EvaluationMetrics? _best;
    private double _highestMacroF1;

    /// <summary>True when the epoch is the best so far. Epochs are offered in order.</summary>
    internal bool Offer(EvaluationMetrics? metrics)
    {
        if (metrics is null)
        {
            return true;
        }
        _highestMacroF1 = Math.Max(_highestMacroF1, metrics.MacroF1);
        var isBest = _best is null || (IsNearHighest(metrics) && (!IsNearHighest(_best) || metrics.LogLoss < _best.LogLoss));
        if (isBest)
        {
            _best = metrics;
        }
        return isBest;
    }

    private bool IsNearHighest(EvaluationMetrics metrics)
    {
        var standardError = Math.Sqrt(_highestMacroF1 * (1 - _highestMacroF1) / metrics.Count);
        return metrics.MacroF1 >= _highestMacroF1 - standardError;
    }
}
