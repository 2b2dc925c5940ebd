using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Webhooks;

/// <summary>What a webhook is told.</summary>
/// <param name="Id">The same for each try to tell the same end: what was taken already can be told by it.</param>
/// <param name="Event"><c>run.ended</c> or <c>test</c>.</param>
/// <param name="SentUtc">When it was sent.</param>
/// <param name="Project">The project.</param>
/// <param name="Run">The run that ended; null in a test.</param>
/// <param name="Verdict">What the model is worth; null where the run made none, and in a test.</param>
/// <param name="Link">The page to look at.</param>
public sealed record RunMessage(string Id, string Event, DateTime SentUtc, RunMessage.Named Project, RunMessage.Ended? Run, RunMessage.Figures? Verdict, Uri Link)
{
    /// <summary>Of a run that ended.</summary>
    /// <param name="notice">The run and whom to tell.</param>
    /// <param name="report">The test results of the model it made; null: none.</param>
    /// <param name="now">Now, UTC.</param>
    public static RunMessage Of(RunNotice notice, EvaluationReport? report, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(notice);
        var (run, endedUtc) = (notice.Run, notice.Run.EndedUtc ?? now);
        return new(
            $"{run.Id:N}-{endedUtc.Ticks}",
            "run.ended",
            now,
            new(run.ProjectId, notice.ProjectName),
            new(run.Id, run.Name, run.State.ToString(), run.StopReason?.ToString(), run.Failure, run.CreatedUtc, run.StartedUtc, endedUtc, run.ModelVersionId),
            report is null ? null : Figures.Of(report),
            new Uri(new Uri(notice.Webhook.StudioAddress), $"projects/{run.ProjectId}/runs/{run.Id}"));
    }

    /// <summary>To try a webhook without a run.</summary>
    public static RunMessage Test(Guid projectId, string projectName, RunWebhook webhook, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        return new($"test-{now.Ticks}", "test", now, new(projectId, projectName), null, null, new Uri(new Uri(webhook.StudioAddress), $"projects/{projectId}/settings"));
    }

    /// <summary>Something with an id and a name.</summary>
    public sealed record Named(Guid Id, string Name);

    /// <summary>The run as it ended; the state as in the API.</summary>
    public sealed record Ended(
        Guid Id, string Name, string State, string? StopReason, string? Failure, DateTime CreatedUtc, DateTime? StartedUtc, DateTime EndedUtc, Guid? ModelVersionId);

    /// <summary>The figures of the verdict, shares from 0 to 1; those before are null without a model to compare with.</summary>
    public sealed record Figures(
        string Sentence,
        int TestImages,
        double? Accuracy,
        double? AccuracyLow,
        double? AccuracyHigh,
        double? MacroF1,
        double? AccuracyBefore,
        double? MacroF1Before,
        int? NewlyWrong,
        int? NewlyRight)
    {
        internal static Figures Of(EvaluationReport report) => new(
            Pages.Evaluation.Verdict.Of(report).Sentence,
            report.Metrics?.Count ?? 0,
            report.Metrics?.Accuracy,
            report.Metrics?.AccuracyLow,
            report.Metrics?.AccuracyHigh,
            report.MacroF1,
            report.Comparison?.ParentMetrics.Accuracy,
            report.SeveralClasses?.Before?.MacroF1 ?? report.Comparison?.ParentMetrics.MacroF1,
            report.Comparison?.BrokenImageIds.Count,
            report.Comparison?.FixedImageIds.Count);
    }
}
