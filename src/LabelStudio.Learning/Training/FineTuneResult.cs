using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Training;

/// <summary>What a fine-tuning run gives: backbone and head of its best epoch.</summary>
/// <param name="Backbone">The backbone's tensors by timm's names, without classifier.</param>
/// <param name="Head">The head on that backbone's raw embedding.</param>
/// <param name="Reason">Why the run ended.</param>
/// <param name="BestEpoch">The epoch they are from, from 1; 0 when they are the start's own.</param>
/// <param name="Failure">With <see cref="StopReason.LossNotFinite"/>: what happened where and what to do, for people.</param>
public sealed record FineTuneResult(WeightFile Backbone, LinearHead Head, StopReason Reason, int BestEpoch, string? Failure = null)
{
    /// <summary>The last finished epoch; 0: none was, and backbone and head are the start's own.</summary>
    public int LastEpoch { get; init; }
}
