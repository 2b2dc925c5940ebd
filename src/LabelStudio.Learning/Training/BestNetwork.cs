using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Keeps backbone and head of the best epoch: the highest macro-F1 on validation, of equals the lower log loss. Without
/// validation the last epoch. Epoch 0 is the start.
/// </summary>
internal sealed class BestNetwork(WeightFile backbone, LinearHead head)
{
    private EvaluationMetrics? _metrics;

    internal int Epoch { get; private set; }

    internal WeightFile Backbone { get; private set; } = backbone;

    internal LinearHead Head { get; private set; } = head;

    /// <summary>True when this epoch is the best so far; the network is then copied.</summary>
    internal bool Offer(int epoch, EvaluationMetrics? metrics, FineTuneNetwork network)
    {
        var isBest = metrics is null
            || _metrics is null
            || metrics.MacroF1 > _metrics.MacroF1
            || (metrics.MacroF1 == _metrics.MacroF1 && metrics.LogLoss < _metrics.LogLoss);
        if (isBest)
        {
            (_metrics, Epoch) = (metrics, epoch);
            (Backbone, Head) = network.Export();
        }
        return isBest;
    }
}
