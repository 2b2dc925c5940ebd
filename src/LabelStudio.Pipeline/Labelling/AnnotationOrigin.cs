namespace LabelStudio.Pipeline.Labelling;

/// <summary>How a label came about.</summary>
public enum AnnotationOrigin
{
    /// <summary>By hand, without a suggestion.</summary>
    Manual,

    /// <summary>The suggested class was taken.</summary>
    Accepted,

    /// <summary>Another class than the suggested one was chosen.</summary>
    Corrected,
    Bulk,
    Import,
    Undo,
    Merge,

    /// <summary>The votes of several people decided.</summary>
    Majority,

    /// <summary>Somebody decided where the votes of others did not.</summary>
    Adjudicated,

    /// <summary>The image came back from the trash with the label it had.</summary>
    Trash,
}
