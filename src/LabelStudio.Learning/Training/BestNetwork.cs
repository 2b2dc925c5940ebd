using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Training;

/// <summary>Keeps backbone and head of the best epoch; epoch 0 is the start.</summary>
internal sealed class BestNetwork(WeightFile backbone, LinearHead head)
{
    private const string HeadWeight = "best.head.weight";
    private const string HeadBias = "best.head.bias";
    private const string BackbonePrefix = "best.backbone.";

    private readonly WeightFile _start = backbone;
    private readonly EpochChoice _choice = new();

    internal int Epoch { get; private set; }

    /// <summary>The epoch that patience counts from (see <see cref="EpochChoice"/>).</summary>
    internal int HighestEpoch => _choice.HighestEpoch;

    internal WeightFile Backbone { get; private set; } = backbone;

    internal LinearHead Head { get; private set; } = head;

    /// <summary>True when this epoch is the best so far; the network is then copied.</summary>
    internal bool Offer(int epoch, EvaluationMetrics? metrics, FineTuneNetwork network)
    {
        var isBest = _choice.Offer(epoch, metrics);
        if (isBest)
        {
            Epoch = epoch;
            (Backbone, Head) = network.Export();
        }
        return isBest;
    }

    /// <summary>The checkpoint with the best weights so far, those left out that never changed.</summary>
    internal TrainingCheckpoint SaveTo(TrainingCheckpoint checkpoint, Dictionary<string, WeightTensor> tensors)
    {
        if (Epoch > 0)
        {
            tensors[HeadWeight] = new WeightTensor([Head.Classes.Count, Head.EmbeddingSize], Head.Weight);
            tensors[HeadBias] = new WeightTensor([Head.Classes.Count], Head.Bias);
            foreach (var (name, tensor) in Backbone.Tensors.Where(pair => !pair.Value.Values.AsSpan().SequenceEqual(_start.Tensors[pair.Key].Values)))
            {
                tensors[BackbonePrefix + name] = tensor;
            }
        }
        return checkpoint with { BestEpoch = Epoch, BestMacroF1 = _choice.HighestMacroF1, Tensors = tensors };
    }

    internal void LoadFrom(TrainingCheckpoint checkpoint)
    {
        Epoch = checkpoint.BestEpoch;
        _choice.LoadFrom(checkpoint);
        if (Epoch > 0)
        {
            var tensors = _start.Tensors.ToDictionary(
                pair => pair.Key, pair => checkpoint.Tensors.GetValueOrDefault(BackbonePrefix + pair.Key, pair.Value), StringComparer.Ordinal);
            Backbone = WeightFile.Of(tensors);
            Head = new LinearHead(Head.Classes, Head.EmbeddingSize, checkpoint.Tensors[HeadWeight].Values, checkpoint.Tensors[HeadBias].Values);
        }
    }
}
