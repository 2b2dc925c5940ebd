namespace LabelStudio.Pipeline.Review;

/// <summary>An image whose label may be wrong.</summary>
/// <param name="LabelVersion">The version of the label, which is still the one that was judged.</param>
/// <param name="GivenProbability">Probability of the given class by a head that never saw the image, 0 to 1.</param>
/// <param name="SuggestedProbability">Probability of the suggested class, 0 to 1.</param>
public sealed record DoubtedLabel(
    long ImageId,
    string Sha256,
    string FileName,
    int LabelVersion,
    Guid GivenClassId,
    Guid SuggestedClassId,
    double GivenProbability,
    double SuggestedProbability);
