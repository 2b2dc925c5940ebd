using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>A class's figures now and, if the model before knew it, before.</summary>
public sealed record ClassRow(Guid ClassId, string Name, bool IsNew, ClassMetrics Now, ClassMetrics? Before)
{
    public double? Change => Before is null || Now.Support == 0 ? null : Now.F1 - Before.F1;

    /// <summary>The figures of the model before have the same indices; a new class has none.</summary>
    public static IReadOnlyList<ClassRow> Of(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Metrics is not { } metrics)
        {
            return [];
        }

        var before = report.Comparison?.ParentMetrics.Classes.ToDictionary(item => item.Index);
        return
        [
            .. from item in metrics.Classes
               let known = report.Classes[item.Index]
               select new ClassRow(known.Id, known.Name, known.IsNew && before is not null, item, known.IsNew ? null : before?.GetValueOrDefault(item.Index)),
        ];
    }

    public double ValueOf(ClassColumn column) => column switch
    {
        ClassColumn.Precision => Now.Precision,
        ClassColumn.Recall => Now.Recall,
        ClassColumn.F1 => Now.F1,
        ClassColumn.Support => Now.Support,
        ClassColumn.Change => Change ?? double.MaxValue,
        _ => Now.Index,
    };
}
