using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>What a model version is worth, in one sentence.</summary>
/// <param name="BrokenCount">Test images the model before had right and this model has wrong.</param>
public sealed record Verdict(string Sentence, int BrokenCount)
{
    public static Verdict Of(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Metrics is not { Count: > 0 } metrics)
        {
            return new("There is no labelled test image, so nobody knows how good this model is: label some images of the test split.", 0);
        }

        var images = Figures.Count(metrics.Count, "test image", "test images");
        var part = report.SeveralClasses;
        if (report.Comparison is not { } comparison)
        {
            return new(
                part is null
                    ? $"{Figures.Percent(metrics.Accuracy)} of {images} right (95 % interval {Figures.Percent(metrics.AccuracyLow, 0)} to {Figures.Percent(metrics.AccuracyHigh, 0)}), macro-F1 {Figures.Percent(metrics.MacroF1)}; weakest class {WeakestOf(report)}."
                    : $"Macro-F1 of the classes {Figures.Percent(part.Metrics.MacroF1)}; {Figures.Percent(part.Metrics.ExactMatch)} of {images} get exactly their classes (95 % interval {Figures.Percent(part.Metrics.ExactMatchLow, 0)} to {Figures.Percent(part.Metrics.ExactMatchHigh, 0)}); weakest class {WeakestOf(report, part)}.",
                0);
        }

        List<string> parts =
        [
            part is { Before: { } before }
            ? $"Macro-F1 of the classes {Figures.Percent(before.MacroF1)} → {Figures.Percent(part.Metrics.MacroF1)} and exact match {Figures.Percent(before.ExactMatch)} → {Figures.Percent(part.Metrics.ExactMatch)} on {images}{(comparison.IsParent ? "" : ", against the model promoted then")}"
            : $"Accuracy {Figures.Percent(comparison.ParentMetrics.Accuracy)} → {Figures.Percent(metrics.Accuracy)} and macro-F1 {Figures.Percent(comparison.ParentMetrics.MacroF1)} → {Figures.Percent(metrics.MacroF1)} on {images}{(comparison.IsParent ? "" : ", against the model promoted then")}",
        ];
        var newClasses = report.Classes.Count(item => item.IsNew && (part is null || !item.IsCombination));
        if (newClasses > 0 && part is null && comparison.NewClassesAfter is { } fresh)
        {
            parts.Add($"{Figures.Count(newClasses, "new class", "new classes")} {Figures.Percent(fresh)}");
        }

        if (ChangesOf(report, comparison).MaxBy(change => change.Forgetting) is { } worst)
        {
            parts.Add(worst.Forgetting > 0
                ? $"largest loss of an old class {Figures.Points(-worst.Forgetting)} points ({NameOf(report, worst.ClassId)})"
                : "no old class lost anything");
        }

        // The model before could have no image of a new class right.
        parts.Add($"{Figures.Count(comparison.BrokenImageIds.Count, "image", "images")} {(newClasses > 0 ? "of the old classes " : "")}newly wrong, {Figures.Count(comparison.FixedImageIds.Count)} newly right");
        return new(string.Join("; ", parts) + ".", comparison.BrokenImageIds.Count);
    }

    private static string WeakestOf(EvaluationReport report)
    {
        var weakest = report.Metrics!.Classes.Where(item => item.Support > 0).MinBy(item => item.F1)!;
        return $"{report.Classes[weakest.Index].Name} (F1 {Figures.Percent(weakest.F1, 0)})";
    }

    private static string WeakestOf(EvaluationReport report, SeveralClassesPart part) =>
        part.Metrics.Classes.Where(item => item.Support > 0).MinBy(item => item.F1) is { } weakest
            ? $"{NameOf(report, part.ClassIds[weakest.Index])} (F1 {Figures.Percent(weakest.F1, 0)})" : "unknown";

    /// <summary>By class, also where images may show several: a combination is no class.</summary>
    private static IEnumerable<ClassChange> ChangesOf(EvaluationReport report, ParentComparison comparison) => report.SeveralClasses is { Before: { } before } part
        ? part.Metrics.Classes.Where(item => item.Support > 0 && !report.Classes.Any(label => label.IsNew && label.Id == part.ClassIds[item.Index]))
            .Select(item => new ClassChange(part.ClassIds[item.Index], before.Classes[item.Index].Recall, item.Recall, item.Support))
        : comparison.OldClasses;

    private static string NameOf(EvaluationReport report, Guid classId) =>
        report.Classes.FirstOrDefault(item => item.Id == classId)?.Name ?? "a class that is gone";
}
