namespace LabelStudio.Web.Components.Shared;

/// <summary>The order of classes along both sides of a confusion matrix.</summary>
public enum MatrixOrder
{
    ClassList,
    Name,

    /// <summary>Classes with the most wrong images, given or taken, first.</summary>
    MostErrors,

    /// <summary>Classes that are taken for each other side by side: confusions gather along the diagonal.</summary>
    Confusion,
}
