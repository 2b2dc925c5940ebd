using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Keeps the head of the best epoch: the highest macro-F1 on validation, of equals the lower log loss (with few validation
/// images many epochs have the same F1). Without validation the last epoch.
/// </summary>
internal sealed class BestHead(LinearHead start)
{
    private EvaluationMetrics? _metrics;

    public LinearHead Head { get; private set; } = start;

    public int Epoch { get; private set; }

    /// <summary>True when this epoch is the best so far; its head is then taken.</summary>
    public bool Offer(int epoch, EvaluationMetrics? metrics, Func<LinearHead> head)
    {
        var isBest = metrics is null
            || _metrics is null
            || metrics.MacroF1 > _metrics.MacroF1
            || (metrics.MacroF1 == _metrics.MacroF1 && metrics.LogLoss < _metrics.LogLoss);
        if (isBest)
        {
            (_metrics, Epoch, Head) = (metrics, epoch, head());
        }

        return isBest;
    }
}
