namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>A column of the table of classes.</summary>
public enum ClassColumn
{
    Name,
    Precision,
    Recall,
    F1,
    Support,
    Change,
}
