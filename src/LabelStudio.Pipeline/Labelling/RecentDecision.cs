using LabelStudio.Pipeline.Intake;

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
    LabelBefore? Before)
{
    /// <param name="isLast">The person decided nothing else upon the image since.</param>
    /// <param name="reason">Why the image was discarded before; null: it was not, or nobody said.</param>
    internal static RecentDecision Of(
        Annotation annotation, ImageRecord image, HiddenLabels hidden, bool isUndone, bool isLast, string? reason)
    {
        var task = LabellingTasks.Of(image).SeenWith(hidden);
        // A vote that has decided nothing yet is what the person sees of the image.
        var isOpenVote = annotation.Kind == AnnotationKind.Vote && (hidden.Hide(image.Id) || image.State == ImageState.Unlabelled);
        var kind = isOpenVote ? ImageChanges.AsSaid(annotation.Kind, annotation.ClassId) : annotation.Kind;
        if (isOpenVote && isLast)
        {
            task = task with { State = annotation.ClassId is null ? ImageState.Discarded : ImageState.Labelled, ClassId = annotation.ClassId };
        }

        var canTakeBack = !isUndone && kind is AnnotationKind.Label or AnnotationKind.Discard
            && annotation.Origin is not (AnnotationOrigin.Bulk or AnnotationOrigin.Import)
            && (isOpenVote ? isLast : annotation.LabelVersion == image.LabelVersion);
        var before = !canTakeBack ? null
            : isOpenVote ? new LabelBefore(ImageState.Unlabelled, null)
            : new LabelBefore(annotation.PreviousState, annotation.PreviousClassId, reason);
        return new(annotation.DecisionId, kind, annotation.ClassId, annotation.CreatedUtc, isUndone, task, before);
    }
}
