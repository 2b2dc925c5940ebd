using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Training;

/// <summary>What a head training gives.</summary>
/// <param name="Best">The head of the best epoch; the start head when no epoch was better.</param>
/// <param name="Reason">Why the training ended.</param>
/// <param name="BestEpoch">The epoch of the best head, from 1; 0 when it is the start head.</param>
/// <param name="Failure">With <see cref="StopReason.LossNotFinite"/>: what happened where and what to do, for people.</param>
public sealed record HeadTrainingResult(LinearHead Best, StopReason Reason, int BestEpoch, string? Failure = null)
{
    /// <summary>The last finished epoch; 0: none was.</summary>
    public int LastEpoch { get; init; }
}
