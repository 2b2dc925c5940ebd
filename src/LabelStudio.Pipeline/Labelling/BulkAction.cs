namespace LabelStudio.Pipeline.Labelling;

/// <summary>What a bulk job does to its images.</summary>
public enum BulkAction
{
    /// <summary>One kind of decision for each: a label, discarding, a mark.</summary>
    Decide,

    /// <summary>A label from a table that somebody brought.</summary>
    Import,

    /// <summary>Into another split.</summary>
    Split,

    /// <summary>Into the trash.</summary>
    Trash,
}
