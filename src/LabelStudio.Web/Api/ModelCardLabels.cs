using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Evaluation;

namespace LabelStudio.Web.Api;

/// <summary>The classes of a model card, and the combinations of them that its model answers with.</summary>
internal static class ModelCardLabels
{
    /// <summary>The classes; where images may show several, an image counts for each of its classes.</summary>
    public static List<ModelCardClass> Classes(EvaluationReport report, IReadOnlyList<ClassSplitCount> counts)
    {
        if (report.Classes.All(item => !item.IsCombination))
        {
            return [.. report.Classes.Select((item, index) => AsLabel(item, index, report.Metrics, [item.Id], counts))];
        }

        var part = report.SeveralClasses;
        return
        [
            .. from item in report.Classes.Index()
               where !item.Item.IsCombination
               let place = part?.ClassIds.Index().Where(known => known.Item == item.Item.Id).Select(known => (int?)known.Index).FirstOrDefault()
               select ByItself(item.Item, item.Index, place is { } index ? part!.Metrics.Classes[index] : null, LabelsWith(report, item.Item.Id), counts),
        ];
    }

    public static List<ModelCardClass> Combinations(EvaluationReport report, IReadOnlyList<ClassSplitCount> counts)
    {
        var names = report.Classes.ToDictionary(item => item.Id, item => item.Name);
        return
        [
            .. from item in report.Classes.Index()
               where item.Item.IsCombination
               select AsLabel(item.Item, item.Index, report.Metrics, [item.Item.Id], counts) with { Members = [.. item.Item.Shown.Select(id => names.GetValueOrDefault(id, "a class that is gone"))] },
        ];
    }

    private static Guid[] LabelsWith(EvaluationReport report, Guid classId) =>
        [.. report.Classes.Where(label => label.Shown.Contains(classId)).Select(label => label.Id)];

    private static ModelCardClass ByItself(ReportClass item, int index, YesNoMetrics? figures, Guid[] labels, IReadOnlyList<ClassSplitCount> counts)
    {
        figures = figures is { Support: > 0 } ? figures : null;
        (double Low, double High)? interval = figures is null ? null : WilsonInterval.Of(figures.RightYes, figures.Support);
        return Of(item, index, labels, counts, figures?.Support ?? 0) with
        {
            Precision = figures?.Precision,
            Recall = figures?.Recall,
            RecallLow = interval?.Low,
            RecallHigh = interval?.High,
            F1 = figures?.F1,
        };
    }

    private static ModelCardClass AsLabel(ReportClass item, int index, EvaluationMetrics? metrics, Guid[] labels, IReadOnlyList<ClassSplitCount> counts)
    {
        var figures = metrics?.Classes.FirstOrDefault(c => c.Index == index && c.Support > 0);
        (double Low, double High)? interval = metrics is not null && figures is not null ? WilsonInterval.Of(metrics.Confusion[index][index], figures.Support) : null;
        return Of(item, index, labels, counts, figures?.Support ?? 0) with
        {
            Precision = figures?.Precision,
            Recall = figures?.Recall,
            RecallLow = interval?.Low,
            RecallHigh = interval?.High,
            F1 = figures?.F1,
        };
    }

    private static ModelCardClass Of(ReportClass item, int index, Guid[] labels, IReadOnlyList<ClassSplitCount> counts, int tested)
    {
        var own = counts.Where(count => labels.Contains(count.ClassId)).ToList();
        return new(item.Id, item.Name, index, item.IsNew, own.Sum(count => count.Train), own.Sum(count => count.Validation), tested, null, null, null, null, null);
    }
}
