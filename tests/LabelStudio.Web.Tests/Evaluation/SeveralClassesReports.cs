using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;

namespace LabelStudio.Web.Tests.Evaluation;

/// <summary>
/// A report of five images: a hat, two shoes, both, no class. Called: hat, shoe, both, shoe, no class; as whole answers two of five are wrong.
/// </summary>
internal static class SeveralClassesReports
{
    public static readonly Guid Hat = Guid.CreateVersion7();
    public static readonly Guid Shoe = Guid.CreateVersion7();
    public static readonly Guid Both = Guid.CreateVersion7();
    public static readonly Guid None = Guid.CreateVersion7();

    public static readonly int[] Targets = [0, 1, 1, 2, 3];

    // Labels: hat, shoe, both, no class.
    public static readonly float[] Probabilities =
    [
        0.9f, 0.02f, 0.03f, 0.05f,
        0.1f, 0.8f, 0.05f, 0.05f,
        0.1f, 0.3f, 0.55f, 0.05f,
        0.05f, 0.6f, 0.3f, 0.05f,
        0.1f, 0.1f, 0.1f, 0.7f,
    ];

    public static IReadOnlyList<ReportClass> Labels =>
    [
        new(Hat, "hat", false), new(Shoe, "shoe", false), new(Both, "hat + shoe", false) { MemberIds = [Hat, Shoe] }, new(None, "No class", false) { MemberIds = [] },
    ];

    public static IReadOnlyList<TestPrediction> Predictions => [.. Targets.Select((target, row) =>
    {
        var said = ModelEvaluation.Predicted(Probabilities.AsSpan(row * 4, 4));
        return new TestPrediction(row + 1, Labels[target].Id, Labels[said].Id, Probabilities[(row * 4) + said], null);
    })];

    public static EvaluationReport Of(Guid? modelId = null, Guid? projectId = null)
    {
        var report = new EvaluationReport
        {
            ModelVersionId = modelId ?? Guid.CreateVersion7(),
            ProjectId = projectId ?? Guid.CreateVersion7(),
            RunId = modelId ?? Guid.CreateVersion7(),
            DatasetSnapshotId = modelId ?? Guid.CreateVersion7(),
            Classes = Labels,
            Metrics = ModelEvaluation.Compute(Targets, Probabilities, 4),
            SeveralClasses = new() { ClassIds = [Hat, Shoe], Metrics = null! },
        };
        return report with { SeveralClasses = report.SeveralClasses with { Metrics = SeveralClassesEvaluation.Compute(ReportLabels.Of(report)!.Members, Targets, Probabilities) } };
    }
}
