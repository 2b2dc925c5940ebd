using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>How rightly a model says of images whether they show a class, now and, if the model before knew it, before.</summary>
public sealed record YesNoRow(Guid ClassId, string Name, bool IsNew, YesNoMetrics Now, YesNoMetrics? Before)
{
    public double? Change => Before is null || Now.Support == 0 ? null : Now.F1 - Before.F1;

    /// <summary>One for each class; a combination has none.</summary>
    public static IReadOnlyList<YesNoRow> Of(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.SeveralClasses is not { } part)
        {
            return [];
        }

        var labels = report.Classes.ToDictionary(item => item.Id);
        return
        [
            .. from item in part.Metrics.Classes
               let known = labels[part.ClassIds[item.Index]]
               select new YesNoRow(known.Id, known.Name, known.IsNew && part.Before is not null, item, known.IsNew ? null : part.Before?.Classes[item.Index]),
        ];
    }

    public double ValueOf(YesNoColumn column) => column switch
    {
        YesNoColumn.Precision => Now.Precision,
        YesNoColumn.Recall => Now.Recall,
        YesNoColumn.F1 => Now.F1,
        YesNoColumn.AveragePrecision => Now.AveragePrecision ?? double.MaxValue,
        YesNoColumn.Support => Now.Support,
        YesNoColumn.Change => Change ?? double.MaxValue,
        YesNoColumn.RightYes => Now.RightYes,
        YesNoColumn.Missed => Now.Missed,
        YesNoColumn.WrongYes => Now.WrongYes,
        YesNoColumn.RightNo => Now.RightNo,
        _ => Now.Index,
    };
}
