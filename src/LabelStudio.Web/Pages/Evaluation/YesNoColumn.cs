namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>A column of the table of classes where images may show several.</summary>
public enum YesNoColumn
{
    Name,
    Precision,
    Recall,
    F1,
    AveragePrecision,
    Support,
    Change,
    RightYes,
    Missed,
    WrongYes,
    RightNo,
}
