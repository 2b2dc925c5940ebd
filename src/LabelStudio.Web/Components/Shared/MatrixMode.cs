namespace LabelStudio.Web.Components.Shared;

/// <summary>What the cells of a confusion matrix show.</summary>
public enum MatrixMode
{
    Counts,

    /// <summary>Share of the true class's images: the diagonal is recall.</summary>
    RowShare,

    /// <summary>Share of the images predicted so: the diagonal is precision.</summary>
    ColumnShare,
}
