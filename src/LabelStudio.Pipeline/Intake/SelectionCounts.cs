namespace LabelStudio.Pipeline.Intake;

/// <summary>What chosen images are now, for somebody who is about to change them.</summary>
/// <param name="ByClass">Labelled ones by their label: a class, or a combination of several.</param>
public sealed record SelectionCounts(int Unlabelled, int Discarded, IReadOnlyDictionary<Guid, int> ByClass)
{
    public int Labelled => ByClass.Values.Sum();
}
