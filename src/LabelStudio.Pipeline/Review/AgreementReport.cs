using LabelStudio.Learning.Agreement;

namespace LabelStudio.Pipeline.Review;

/// <summary>How far the annotators of a project agree on the images that more than one of them labelled.</summary>
/// <param name="Annotators">Those with common images, most labels first; a pair names its two by their places here.</param>
/// <param name="Classes">The labels they gave: classes, and combinations behind them.</param>
/// <param name="Measures">Per cent agreement, kappas and alpha.</param>
/// <param name="Disagreements">Images without agreement, most different votes first; at most <see cref="MostDisagreements"/>.</param>
/// <param name="DisagreementCount">All images without agreement.</param>
public sealed record AgreementReport(
    IReadOnlyList<AgreementAnnotator> Annotators,
    IReadOnlyList<AgreementClass> Classes,
    AnnotatorAgreement Measures,
    IReadOnlyList<Disagreement> Disagreements,
    int DisagreementCount)
{
    public const int MostDisagreements = 200;

    /// <summary>The same class by class, in a project whose images may have several; null: each has one.</summary>
    public IReadOnlyList<ClassAgreement>? ByClass { get; init; }
}
