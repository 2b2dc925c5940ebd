using System.Globalization;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>
/// Decides by the project's rules whether a model may replace the promoted one: it must know every class in use that the
/// promoted one knows, and how much a single old class and all of them together may lose, and whether macro-F1 may fall.
/// </summary>
public sealed class PromotionGate(
    IDbContextFactory<StudioDbContext> contexts, EvaluationReports reports, CommonEvaluations common, ProjectGateRules projectRules)
{
    private static readonly string[] PercentFormats = ["0.0 %", "0.00 %", "0.000 %"];

    /// <param name="candidateId">The model to promote.</param>
    /// <param name="productionId">The promoted model; null: there is none.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<GateDecision> DecideAsync(Guid candidateId, Guid? productionId, CancellationToken cancellationToken)
    {
        if (productionId is not { } previousId)
        {
            return new GateDecision(true, ["No model is promoted yet, so there is nothing to lose."]);
        }
        if (previousId == candidateId)
        {
            return new GateDecision(false, ["This model is promoted already."]);
        }
        var together = await common.AgainstAsync(candidateId, previousId, cancellationToken);
        if ((together ?? await reports.FindAsync(candidateId, cancellationToken)) is not { Metrics: { } metrics } report)
        {
            return new GateDecision(false, ["This model was not tested: there was no labelled test image. Label some and train again, or give a reason to promote it untested."]);
        }
        var rules = await projectRules.OfAsync(report.ProjectId, cancellationToken);
        var classes = await ClassesAsync(report.ProjectId, cancellationToken);
        var previous = await reports.FindAsync(previousId, cancellationToken);
        var missing = classes.Missing(previous?.Classes ?? [], report.Classes);
        if (together?.Comparison is { } comparison)
        {
            return Judge(rules, report.SeveralClasses is { Before: not null } part
                ? SeveralClassesEvidence.OnTheSameImages(report, part, classes, missing)
                : OnTheSameImages(report, metrics, comparison, classes, missing));
        }
        if (previous is { Metrics: { } previousMetrics })
        {
            var isSame = AreTestedOnTheSame(report, previous);
            var on = isSame ? "on the same test images" : "each on its own test images";
            var each = (report.SeveralClasses ?? previous.SeveralClasses) is not null
                ? SeveralClassesEvidence.OfEach(report, previous, classes, missing, on)
                : OfEach(report, metrics, previous, previousMetrics, classes, missing, on);
            return Judge(rules, each) with { IsOnDifferentImages = !isSame };
        }
        return missing.Count > 0
            ? new GateDecision(false, [MissingReason(missing)])
            : new GateDecision(true, ["The promoted model was never tested, so the two cannot be compared."]) { IsOnDifferentImages = true };
    }

    private async Task<GateClasses> ClassesAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return new GateClasses(await db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId).ToListAsync(cancellationToken));
    }

    private static GateEvidence OnTheSameImages(
        EvaluationReport report, EvaluationMetrics metrics, ParentComparison comparison, GateClasses classes, IReadOnlyList<string> missing)
    {
        int[] old = [.. metrics.Classes.Where(item => !report.Classes[item.Index].IsNew && classes.IsInUse(report.Classes[item.Index].Id)).Select(item => item.Index)];
        List<GateEvidence.MacroF1Change> macroF1 = [new("", comparison.ParentMetrics.MacroF1, metrics.MacroF1)];
        if (report.Classes.Any(item => item.IsNew))
        {
            // The model before has no chance on new classes, so over all classes it loses to nearly any.
            macroF1.Add(new(" over the old classes", ConfusionMatrix.MacroF1(comparison.ParentMetrics.Confusion, old), ConfusionMatrix.MacroF1(metrics.Confusion, old)));
        }
        return new GateEvidence(
            [.. old.Select(index => new GateEvidence.ClassFigures(
                report.Classes[index].Name, comparison.ParentMetrics.Classes[index].Recall, metrics.Classes[index].Recall, metrics.Classes[index].Support))],
            missing,
            macroF1,
            "on the same test images");
    }

    /// <summary>Of one frozen version, and as many of each class: then these are the same images, with the same labels.</summary>
    private static bool AreTestedOnTheSame(EvaluationReport one, EvaluationReport other) =>
        one.DatasetSnapshotId == other.DatasetSnapshotId && Supports(one).SetEquals(Supports(other));

    private static HashSet<(Guid ClassId, int Support)> Supports(EvaluationReport report) =>
        [.. report.Classes.Zip(report.Metrics!.Classes, (item, figures) => (item.Id, figures.Support)).Where(item => item.Support > 0)];

    /// <summary>The two were never held against each other: all there is are the test results of each, on the images of its own snapshot.</summary>
    private static GateEvidence OfEach(
        EvaluationReport report, EvaluationMetrics metrics, EvaluationReport previous, EvaluationMetrics previousMetrics, GateClasses classes, IReadOnlyList<string> missing, string on)
    {
        var before = previous.Classes.Zip(previousMetrics.Classes).ToDictionary(pair => pair.First.Id, pair => pair.Second);
        var both = report.Classes.Zip(metrics.Classes)
            .Where(pair => classes.IsInUse(pair.First.Id) && before.ContainsKey(pair.First.Id))
            .Select(pair => (pair.First.Name, Before: before[pair.First.Id], After: pair.Second, Support: Math.Min(pair.Second.Support, before[pair.First.Id].Support)))
            .ToList();
        var tested = both.Where(item => item.Support > 0).ToList();
        return new GateEvidence(
            [.. both.Select(item => new GateEvidence.ClassFigures(item.Name, item.Before.Recall, item.After.Recall, item.Support))],
            missing,
            [new(
                " over the classes that both know",
                ConfusionMatrix.MacroF1(previousMetrics.Confusion, [.. tested.Select(item => item.Before.Index)]),
                ConfusionMatrix.MacroF1(metrics.Confusion, [.. tested.Select(item => item.After.Index)]))],
            on);
    }

    private static GateDecision Judge(GateRules rules, GateEvidence evidence)
    {
        var judged = evidence.Classes.Where(item => item.Support >= rules.FewestTestImages).ToList();
        var against = judged.Where(item => item.Before - item.After > rules.MaxClassDrop)
            .Select(item => $"Class '{item.Name}' falls {FromTo(item.Before, item.After)} ({item.Support} test images); at most {Percent(rules.MaxClassDrop)} may be lost.")
            .ToList();
        if (evidence.Missing.Count > 0)
        {
            against.Insert(0, MissingReason(evidence.Missing));
        }
        var forgetting = judged.Count == 0 ? 0 : judged.Average(item => item.Before - item.After);
        if (rules.MaxForgetting is { } most && forgetting > most)
        {
            against.Add($"The old classes lose {Percent(forgetting)} on average; at most {Percent(most)} may be lost.");
        }
        if (rules.KeepsMacroF1)
        {
            against.AddRange(evidence.MacroF1.Where(item => item.After < item.Before)
                .Select(item => $"Macro-F1{item.Over} falls {FromTo(item.Before, item.After)} ({evidence.On})."));
        }
        return against.Count > 0
            ? new GateDecision(false, [.. against, .. TooFew(rules, evidence)])
            : new GateDecision(true, [LookedAt(rules, evidence, judged.Count), .. TooFew(rules, evidence)]);
    }

    private static string LookedAt(GateRules rules, GateEvidence evidence, int judged)
    {
        var changes = evidence.MacroF1.Select(item => $"macro-F1{item.Over} goes {FromTo(item.Before, item.After)}");
        return $"{(judged == 0 ? "No old class could be judged alone" : $"No old class loses more than {Percent(rules.MaxClassDrop)}")}; {string.Join(" and ", changes)} ({evidence.On}).";
    }

    private static IEnumerable<string> TooFew(GateRules rules, GateEvidence evidence)
    {
        var few = evidence.Classes.Where(item => item.Support < rules.FewestTestImages).Select(item => $"{item.Name} ({item.Support})").ToList();
        if (few.Count > 0)
        {
            yield return $"Too few test images to judge: {string.Join(", ", few)}; {rules.FewestTestImages} or more of a class are needed.";
        }
    }

    private static string MissingReason(IReadOnlyList<string> missing) =>
        $"The promoted model knows classes that this one does not: {string.Join(", ", missing)}. Label images of them and train again, or leave them out of training.";

    /// <summary>With as many digits as tell the two apart: "falls from 81.3 % to 81.3 %" is no reason.</summary>
    private static string FromTo(double before, double after)
    {
        var format = PercentFormats.FirstOrDefault(item => Text(before, item) != Text(after, item), PercentFormats[0]);
        return $"from {Text(before, format)} to {Text(after, format)}";

        static string Text(double share, string format) => share.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);
}
