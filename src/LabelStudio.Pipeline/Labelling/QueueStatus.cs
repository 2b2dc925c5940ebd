namespace LabelStudio.Pipeline.Labelling;

/// <summary>Why the queue gave what it gave: an honest word when it seems empty.</summary>
/// <param name="Reserve">So many images beyond the next few a page may hold, to go on without a network.</param>
/// <param name="VotedByYou">So many of the unlabelled ones have the person's vote and wait for those of others.</param>
public sealed record QueueStatus(int Unlabelled, int HeldByOthers, int SkippedByYou, int Reserve, int VotedByYou = 0);
