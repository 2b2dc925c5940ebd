using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Training;

/// <summary>Keeps backbone and head of the best epoch; epoch 0 is the start.</summary>
internal sealed class BestNetwork(WeightFile backbone, LinearHead head)
{
    private readonly EpochChoice _choice = new();

    internal int Epoch { get; private set; }

    internal WeightFile Backbone { get; private set; } = backbone;

    internal LinearHead Head { get; private set; } = head;

    /// <summary>True when this epoch is the best so far; the network is then copied.</summary>
    internal bool Offer(int epoch, EvaluationMetrics? metrics, FineTuneNetwork network)
    {
        var isBest = _choice.Offer(metrics);
        if (isBest)
        {
            Epoch = epoch;
            (Backbone, Head) = network.Export();
        }
        return isBest;
    }
}
