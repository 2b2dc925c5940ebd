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

    /// <summary>One of several opinions on an image, which has no label before they are all there; or the answer to a hidden check.</summary>
    Vote,
}
