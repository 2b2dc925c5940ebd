namespace LabelStudio.Pipeline.Labelling;

/// <summary>Why the queue gave what it gave: an honest word when it seems empty.</summary>
public sealed record QueueStatus(int Unlabelled, int HeldByOthers, int SkippedByYou);
