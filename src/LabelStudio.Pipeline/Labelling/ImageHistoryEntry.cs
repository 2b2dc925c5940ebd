namespace LabelStudio.Pipeline.Labelling;

/// <summary>One act in the life of an image, as a page tells it.</summary>
public sealed record ImageHistoryEntry(
    Guid DecisionId,
    AnnotationKind Kind,
    Guid? ClassId,
    AnnotationOrigin Origin,
    DateTime AtUtc,
    string? UserName,
    Guid? SuggestedClassId,
    double? SuggestedProbability,
    string? SuggestionSource,
    string? DiscardReason = null,
    string? Source = null);
