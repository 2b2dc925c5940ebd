namespace LabelStudio.Pipeline.Labelling;

/// <summary>What a person decided upon one image.</summary>
/// <param name="Id">Made by the client; sent again after a lost answer, it is saved once.</param>
/// <param name="ExpectedVersion">The label version the person saw; null overwrites whatever is there.</param>
/// <param name="LeadTimeMs">Milliseconds from the picture's appearance to the decision.</param>
public sealed record Decision(
    Guid Id,
    long ImageId,
    AnnotationKind Kind,
    Guid? ClassId = null,
    int? ExpectedVersion = null,
    Guid? SuggestedClassId = null,
    double? SuggestedProbability = null,
    string? SuggestionSource = null,
    int? LeadTimeMs = null);
