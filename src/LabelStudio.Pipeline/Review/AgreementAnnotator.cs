namespace LabelStudio.Pipeline.Review;

/// <summary>A person who labelled images that somebody else labelled too.</summary>
/// <param name="Labels">Such images.</param>
public sealed record AgreementAnnotator(Guid UserId, string Name, int Labels);
