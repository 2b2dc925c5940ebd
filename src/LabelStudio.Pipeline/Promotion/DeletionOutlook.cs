namespace LabelStudio.Pipeline.Promotion;

/// <summary>What deleting a model version would mean.</summary>
/// <param name="Blockers">Why it can't be deleted, one sentence each; empty: it can.</param>
/// <param name="Losses">What else would be lost, one sentence each.</param>
public sealed record DeletionOutlook(IReadOnlyList<string> Blockers, IReadOnlyList<string> Losses)
{
    public bool IsAllowed => Blockers.Count == 0;
}
