using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Remembers the best epoch: the highest macro-F1 on validation, of equals the lower log loss (with few validation images
/// many epochs have the same F1). Without validation the last epoch. Epoch 0 is the start head, whose change is null.
/// </summary>
internal sealed class BestEpoch
{
    private bool _hasMetrics;
    private double _macroF1;
    private double _logLoss;

    public int Epoch { get; private set; }

    public (float[] Change, float[] Shift)? Change { get; private set; }

    /// <summary>True when this epoch is the best so far; its change against the start head is then taken.</summary>
    public bool Offer(int epoch, EvaluationMetrics? metrics, Func<(float[] Change, float[] Shift)?> change)
    {
        var isBest = metrics is null
            || !_hasMetrics
            || metrics.MacroF1 > _macroF1
            || (metrics.MacroF1 == _macroF1 && metrics.LogLoss < _logLoss);
        if (isBest)
        {
            (_hasMetrics, _macroF1, _logLoss) = (metrics is not null, metrics?.MacroF1 ?? 0, metrics?.LogLoss ?? 0);
            (Epoch, Change) = (epoch, change());
        }

        return isBest;
    }

    /// <summary>The checkpoint with what is remembered here.</summary>
    public TrainingCheckpoint SaveTo(TrainingCheckpoint checkpoint, Dictionary<string, WeightTensor> tensors)
    {
        if (Change is { } best)
        {
            tensors["best.change"] = new WeightTensor([best.Shift.Length, best.Change.Length / best.Shift.Length], best.Change);
            tensors["best.shift"] = new WeightTensor([best.Shift.Length], best.Shift);
        }
        return checkpoint with
        {
            BestEpoch = Epoch,
            BestMacroF1 = _hasMetrics ? _macroF1 : null,
            BestLogLoss = _hasMetrics ? _logLoss : null,
            Tensors = tensors,
        };
    }

    public void LoadFrom(TrainingCheckpoint checkpoint)
    {
        (Epoch, _hasMetrics) = (checkpoint.BestEpoch, checkpoint.BestMacroF1 is not null);
        (_macroF1, _logLoss) = (checkpoint.BestMacroF1 ?? 0, checkpoint.BestLogLoss ?? 0);
        Change = checkpoint.Tensors.TryGetValue("best.change", out var change) ? (change.Values, checkpoint.Tensors["best.shift"].Values) : null;
    }
}
