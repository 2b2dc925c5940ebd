namespace LabelStudio.Pipeline.Labelling;

internal sealed record ActionStart(Guid ActionId, Guid? RevertsActionId, AnnotationKind Kind, Guid? ClassId);
