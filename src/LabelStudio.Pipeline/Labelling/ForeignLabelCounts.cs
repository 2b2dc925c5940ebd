namespace LabelStudio.Pipeline.Labelling;

/// <summary>What became of labels that another program gave.</summary>
/// <param name="Saved">Images that have the label from now on.</param>
/// <param name="Unchanged">Images that had it already.</param>
/// <param name="Kept">Images that keep what was decided here: another label, or that they are discarded.</param>
/// <param name="UnknownImages">Pictures that the project does not have.</param>
public sealed record ForeignLabelCounts(int Saved, int Unchanged, int Kept, int UnknownImages)
{
    public static ForeignLabelCounts operator +(ForeignLabelCounts one, ForeignLabelCounts other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return new(one.Saved + other.Saved, one.Unchanged + other.Unchanged, one.Kept + other.Kept, one.UnknownImages + other.UnknownImages);
    }
}
