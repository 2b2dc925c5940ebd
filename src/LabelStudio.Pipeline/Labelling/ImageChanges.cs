using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>What each kind of annotation does to its image, and what takes it back.</summary>
internal static class ImageChanges
{
    public static void Apply(ImageRecord image, AnnotationKind kind, Guid? classId, DecisionAct act)
    {
        switch (kind)
        {
            case AnnotationKind.Label:
                image.GiveLabel(classId ?? throw new ArgumentNullException(nameof(classId)), act.UserId, act.AtUtc, act.OntologyVersion);
                break;
            case AnnotationKind.Clear:
            case AnnotationKind.Restore when image.State == ImageState.Discarded:
                image.ClearLabel(act.UserId, act.AtUtc);
                break;
            case AnnotationKind.Discard:
                image.Discard(act.UserId, act.AtUtc);
                break;
            case AnnotationKind.Restore:
                image.SkippedUtc = null;
                break;
            case AnnotationKind.Skip:
                image.SkippedUtc = act.AtUtc;
                break;
            case AnnotationKind.Flag:
            case AnnotationKind.Unflag:
                image.IsFlagged = kind == AnnotationKind.Flag;
                break;
            case AnnotationKind.Vote:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of annotation.");
        }
    }

    /// <summary>The kind and class of the annotation that takes this one back. A skip is taken back by a restore.</summary>
    public static (AnnotationKind Kind, Guid? ClassId) Opposite(Annotation annotation) => annotation.Kind switch
    {
        AnnotationKind.Flag => (AnnotationKind.Unflag, null),
        AnnotationKind.Vote => (AnnotationKind.Clear, null),
        AnnotationKind.Unflag => (AnnotationKind.Flag, null),
        AnnotationKind.Skip => (AnnotationKind.Restore, null),
        AnnotationKind.Restore when annotation.PreviousState != ImageState.Discarded => (AnnotationKind.Skip, null),
        AnnotationKind.Label or AnnotationKind.Clear or AnnotationKind.Discard or AnnotationKind.Restore =>
            annotation.PreviousState switch
            {
                ImageState.Labelled => (AnnotationKind.Label, annotation.PreviousClassId),
                ImageState.Discarded => (AnnotationKind.Discard, null),
                ImageState.Unlabelled => (AnnotationKind.Clear, null),
            },
    };
}
