using System.Linq.Expressions;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>What each kind of annotation does to its image, and what takes it back.</summary>
internal static class ImageChanges
{
    /// <summary>
    /// It decided what the image is. Not so votes and marks, a vote taken back, a skip taken back, a reason given later, a
    /// return from the trash.
    /// </summary>
    public static Expression<Func<Annotation, bool>> IsDecision { get; } = annotation =>
        annotation.Origin != AnnotationOrigin.Trash
        && (annotation.Kind == AnnotationKind.Label
            || (annotation.Kind == AnnotationKind.Clear && annotation.PreviousState != ImageState.Unlabelled)
            || (annotation.Kind == AnnotationKind.Discard && annotation.PreviousState != ImageState.Discarded)
            || (annotation.Kind == AnnotationKind.Restore && annotation.PreviousState == ImageState.Discarded));

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

    /// <summary>It changed nobody's label: a vote, or one taken back, which stands as the clearing of what was unlabelled.</summary>
    public static bool IsOpinion(Annotation annotation) => annotation.Kind == AnnotationKind.Vote
        || annotation is { Kind: AnnotationKind.Clear, PreviousState: ImageState.Unlabelled };

    /// <summary>It says which label an image has.</summary>
    public static bool IsAboutLabel(AnnotationKind kind) =>
        kind is AnnotationKind.Label or AnnotationKind.Clear or AnnotationKind.Discard or AnnotationKind.Restore;

    /// <summary>A vote is the decision that the person who gave it believes it is.</summary>
    public static AnnotationKind AsSaid(AnnotationKind kind, Guid? classId) =>
        kind != AnnotationKind.Vote ? kind : classId is null ? AnnotationKind.Discard : AnnotationKind.Label;

    /// <summary>The kind and class of the annotation that takes this one back. A skip is taken back by a restore.</summary>
    public static (AnnotationKind Kind, Guid? ClassId) Opposite(Annotation annotation) => annotation.Kind switch
    {
        AnnotationKind.Flag => (AnnotationKind.Unflag, null),
        AnnotationKind.Vote when annotation is { PreviousState: ImageState.Unlabelled, PreviousClassId: { } earlier } => (AnnotationKind.Vote, earlier),
        AnnotationKind.Vote => (AnnotationKind.Clear, null),
        AnnotationKind.Clear when IsOpinion(annotation) && annotation.PreviousClassId is { } vote => (AnnotationKind.Vote, vote),
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
