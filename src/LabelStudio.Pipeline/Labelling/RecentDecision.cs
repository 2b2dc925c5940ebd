namespace LabelStudio.Pipeline.Labelling;

/// <summary>One of a person's latest decisions, for the strip of pictures.</summary>
/// <param name="Before">
/// What the image was before: taking the decision back makes it that again. Null: this decision gave no label, or is not the
/// last word on the image, or was one of many at once.
/// </param>
public sealed record RecentDecision(
    Guid DecisionId,
    AnnotationKind Kind,
    Guid? DecidedClassId,
    DateTime CreatedUtc,
    bool IsUndone,
    LabellingTask Task,
    LabelBefore? Before);
