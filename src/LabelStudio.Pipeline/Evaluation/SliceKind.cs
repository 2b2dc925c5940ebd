namespace LabelStudio.Pipeline.Evaluation;

/// <summary>By what test images are parted.</summary>
public enum SliceKind
{
    ImportBatch,
    Annotator,
    Size,
    Shape,
    Format,

    /// <summary>How long the models have known the image's class.</summary>
    ClassAge,
}
