namespace LabelStudio.Pipeline.Labelling;

public enum AnnotationKind
{
    Label,
    Clear,
    Discard,
    Restore,
    Skip,
    Flag,
    Unflag,
}
