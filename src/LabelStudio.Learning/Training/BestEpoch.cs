using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Remembers the best epoch: the highest macro-F1 on validation, of equals the lower log loss (with few validation images
/// many epochs have the same F1). Without validation the last epoch. Epoch 0 is the start head, whose change is null.
/// </summary>
internal sealed class BestEpoch
{
    private EvaluationMetrics? _metrics;

    public int Epoch { get; private set; }

    public (float[] Change, float[] Shift)? Change { get; private set; }

    /// <summary>True when this epoch is the best so far; its change against the start head is then taken.</summary>
    public bool Offer(int epoch, EvaluationMetrics? metrics, Func<(float[] Change, float[] Shift)?> change)
    {
        var isBest = metrics is null
            || _metrics is null
            || metrics.MacroF1 > _metrics.MacroF1
            || (metrics.MacroF1 == _metrics.MacroF1 && metrics.LogLoss < _metrics.LogLoss);
        if (isBest)
        {
            (_metrics, Epoch, Change) = (metrics, epoch, change());
        }

        return isBest;
    }
}
