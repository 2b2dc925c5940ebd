namespace LabelStudio.Pipeline.Evaluation;

/// <summary>By what test images are parted.</summary>
public enum SliceKind
{
    ImportBatch,
    Annotator,
    Size,
    Shape,
    Format,
}
