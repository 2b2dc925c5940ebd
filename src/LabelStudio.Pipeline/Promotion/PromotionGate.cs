using System.Globalization;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>
/// Decides by the project's rules whether a model may replace the promoted one: how much a single old class and all of them
/// together may lose, and whether macro-F1 may fall.
/// </summary>
public sealed class PromotionGate(EvaluationReports reports, ProjectGateRules projectRules)
{
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
        if (await reports.FindAsync(candidateId, cancellationToken) is not { Metrics: { } metrics } report)
        {
            return new GateDecision(false, ["This model was not tested: there was no labelled test image. Label some and train again, or give a reason to promote it untested."]);
        }
        var rules = await projectRules.OfAsync(report.ProjectId, cancellationToken);
        if (report.Comparison is { } comparison && comparison.ParentModelId == previousId)
        {
            return Judge(
                rules,
                report,
                metrics.MacroF1,
                comparison.ParentMetrics.MacroF1,
                comparison.OldClasses.Select(item => (item.ClassId, item.RecallBefore, item.RecallAfter, item.Support)),
                "on the same test images");
        }
        return await AgainstOtherReportAsync(rules, report, metrics, previousId, cancellationToken);
    }

    /// <summary>The promoted model is not the parent: all there is are its own test results, on the images of its own snapshot.</summary>
    private async Task<GateDecision> AgainstOtherReportAsync(
        GateRules rules, EvaluationReport report, EvaluationMetrics metrics, Guid previousId, CancellationToken cancellationToken)
    {
        if (await reports.FindAsync(previousId, cancellationToken) is not { Metrics: { } previousMetrics } previous)
        {
            return new GateDecision(true, ["The promoted model was never tested, so the two cannot be compared."]);
        }
        var before = previous.Classes.Zip(previousMetrics.Classes).ToDictionary(pair => pair.First.Id, pair => pair.Second);
        var pairs = report.Classes.Zip(metrics.Classes)
            .Where(pair => pair.Second.Support > 0 && before.TryGetValue(pair.First.Id, out var old) && old.Support > 0)
            .Select(pair => (pair.First.Id, before[pair.First.Id].Recall, pair.Second.Recall, Math.Min(pair.Second.Support, before[pair.First.Id].Support)));
        return Judge(rules, report, metrics.MacroF1, previousMetrics.MacroF1, pairs, "each on its own test images");
    }

    private static GateDecision Judge(
        GateRules rules,
        EvaluationReport report,
        double macroF1,
        double macroF1Before,
        IEnumerable<(Guid ClassId, double Before, double After, int Support)> classes,
        string on)
    {
        var names = report.Classes.ToDictionary(item => item.Id, item => item.Name);
        var judged = classes.Where(item => item.Support >= rules.FewestTestImages).ToList();
        var against = judged.Where(item => item.Before - item.After > rules.MaxClassDrop)
            .Select(item => $"Class '{names[item.ClassId]}' falls from {Percent(item.Before)} to {Percent(item.After)} ({item.Support} test images); at most {Percent(rules.MaxClassDrop)} may be lost.")
            .ToList();
        var forgetting = judged.Count == 0 ? 0 : judged.Average(item => item.Before - item.After);
        if (rules.MaxForgetting is { } most && forgetting > most)
        {
            against.Add($"The old classes lose {Percent(forgetting)} on average; at most {Percent(most)} may be lost.");
        }
        if (rules.KeepsMacroF1 && macroF1 < macroF1Before)
        {
            against.Add($"Macro-F1 falls from {Percent(macroF1Before)} to {Percent(macroF1)} ({on}).");
        }
        return against.Count > 0
            ? new GateDecision(false, against)
            : new GateDecision(true, [$"No old class loses more than {Percent(rules.MaxClassDrop)}; macro-F1 goes from {Percent(macroF1Before)} to {Percent(macroF1)} ({on})."]);
    }

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);
}
