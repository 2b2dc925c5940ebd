using LabelStudio.Pipeline.Evaluation;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>
/// The gate's evidence where images may show several classes: classes are judged by their own yes and no, whatever others an
/// image shows. A combination is no class: one that has a single test image neither stops a model nor saves it.
/// </summary>
internal static class SeveralClassesEvidence
{
    public static GateEvidence OnTheSameImages(EvaluationReport report, SeveralClassesPart part, GateClasses classes, IReadOnlyList<string> missing)
    {
        var (before, after) = (part.Before!, part.Metrics);
        var byId = report.Classes.ToDictionary(item => item.Id);
        var old = part.ClassIds.Index().Where(item => !byId[item.Item].IsNew && classes.IsInUse(item.Item)).ToList();
        List<GateEvidence.MacroF1Change> macroF1 = [new("", before.MacroF1, after.MacroF1)];
        if (part.OldClasses.Where(item => classes.IsInUse(item.ClassId)).ToList() is { Count: > 0 } apart)
        {
            // The model before has no chance on new classes, so over all classes it loses to nearly any.
            macroF1.Add(new(" over the old classes", apart.Average(item => item.Before), apart.Average(item => item.After)));
        }
        return new GateEvidence(
            [.. old.Select(item => new GateEvidence.ClassFigures(
                byId[item.Item].Name, before.Classes[item.Index].Recall, after.Classes[item.Index].Recall, after.Classes[item.Index].Support))],
            missing,
            macroF1,
            "on the same test images");
    }

    /// <summary>Each on the test images of its own snapshot. One of the two may know no combination: then its labels are classes.</summary>
    public static GateEvidence OfEach(EvaluationReport report, EvaluationReport previous, GateClasses classes, IReadOnlyList<string> missing, string on)
    {
        var before = Figures(previous);
        var both = Figures(report).Where(item => classes.IsInUse(item.Key) && before.ContainsKey(item.Key))
            .Select(item => (item.Value.Name, Before: before[item.Key], After: item.Value, Support: Math.Min(item.Value.Support, before[item.Key].Support))).ToList();
        var tested = both.Where(item => item.Support > 0).ToList();
        return new GateEvidence(
            [.. both.Select(item => new GateEvidence.ClassFigures(item.Name, item.Before.Recall, item.After.Recall, item.Support))],
            missing,
            [new(" over the classes that both know", tested.Select(item => item.Before.F1).DefaultIfEmpty().Average(), tested.Select(item => item.After.F1).DefaultIfEmpty().Average())],
            on);
    }

    private static Dictionary<Guid, (string Name, double Recall, double F1, int Support)> Figures(EvaluationReport report)
    {
        var names = report.Classes.ToDictionary(item => item.Id, item => item.Name);
        return report.SeveralClasses is { } part
            ? part.ClassIds.Zip(part.Metrics.Classes).ToDictionary(pair => pair.First, pair => (names[pair.First], pair.Second.Recall, pair.Second.F1, pair.Second.Support))
            : report.Classes.Zip(report.Metrics!.Classes).Where(pair => !pair.First.IsCombination)
                .ToDictionary(pair => pair.First.Id, pair => (pair.First.Name, pair.Second.Recall, pair.Second.F1, pair.Second.Support));
    }
}
