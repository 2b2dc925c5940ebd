namespace LabelStudio.Learning.LabelErrors;

/// <summary>An image whose label may be wrong.</summary>
/// <param name="Image">Position of the image among those examined.</param>
/// <param name="Given">Class index of its label.</param>
/// <param name="Suggested">Class index that is most probable, never the given one.</param>
/// <param name="GivenProbability">Out-of-sample probability of the given class, 0 to 1.</param>
/// <param name="SuggestedProbability">Out-of-sample probability of the suggested class, 0 to 1.</param>
public sealed record LabelErrorCandidate(
    int Image, int Given, int Suggested, double GivenProbability, double SuggestedProbability);
