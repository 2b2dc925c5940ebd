namespace LabelStudio.Learning.Training;

/// <summary>The last event of a run.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="BestEpoch">The epoch whose weights were kept, from 1; 0 when no epoch was completed and the start head is kept.</param>
public sealed record RunEnded(StopReason Reason, int BestEpoch) : TrainingEvent;
