namespace LabelStudio.Pipeline.Review;

/// <summary>How far the review of labels is; verdicts on labels that changed since are not counted.</summary>
public sealed record CheckCounts(int Waiting, int Accepted, int Rejected, int Relabelled);
