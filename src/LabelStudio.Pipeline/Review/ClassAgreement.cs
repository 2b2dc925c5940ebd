using LabelStudio.Learning.Agreement;

namespace LabelStudio.Pipeline.Review;

/// <summary>How far people agree on one class, where images may have several: on each image they all judged, does it show the class?</summary>
/// <param name="Class">The class, given alone or with others.</param>
/// <param name="Images">Images that at least one of them gave it.</param>
/// <param name="Measures">Of the answers no (0) and yes (1), by the annotators' places in the report.</param>
public sealed record ClassAgreement(AgreementClass Class, int Images, AnnotatorAgreement Measures);
