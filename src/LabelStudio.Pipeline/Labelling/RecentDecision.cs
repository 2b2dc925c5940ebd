namespace LabelStudio.Pipeline.Labelling;

/// <summary>One of a person's latest decisions, for the strip of pictures.</summary>
public sealed record RecentDecision(
    Guid DecisionId,
    AnnotationKind Kind,
    Guid? DecidedClassId,
    DateTime CreatedUtc,
    bool IsUndone,
    LabellingTask Task);
