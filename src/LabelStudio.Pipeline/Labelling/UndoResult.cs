namespace LabelStudio.Pipeline.Labelling;

/// <summary>What was taken back (or done again), and the image as it is now, to be shown.</summary>
/// <param name="Kind">The kind of the decision that was taken back or done again.</param>
/// <param name="ImageCount">Images changed: more than one after a bulk action.</param>
/// <param name="Message">What could not be taken back and why; null: all was.</param>
public sealed record UndoResult(LabellingTask Task, AnnotationKind Kind, Guid? ClassId, int ImageCount, string? Message);
