namespace LabelStudio.Pipeline.Serving;

/// <summary>What the live head of a project knows.</summary>
/// <param name="LabelsLearned">Labels in its sums.</param>
/// <param name="ClassCount">Classes it can tell, combinations of several among them.</param>
/// <param name="LastUpdateMs">Milliseconds from the last label to the re-ordered queue; null before the first.</param>
/// <param name="ValidationAccuracy">Share of right validation images, 0 to 1; null while there are none.</param>
/// <param name="ValidationCount">Labelled validation images of classes it knows.</param>
public sealed record LiveHeadStatus(int LabelsLearned, int ClassCount, double? LastUpdateMs, double? ValidationAccuracy, int ValidationCount)
{
    /// <summary>A head that has learned nothing.</summary>
    public static LiveHeadStatus Empty { get; } = new(0, 0, null, null, 0);
}
