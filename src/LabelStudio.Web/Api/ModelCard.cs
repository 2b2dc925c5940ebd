using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Api;

/// <summary>What a person must know before using a model: where it comes from, what it was measured to do, what it can't.</summary>
public sealed record ModelCard
{
    public required string Model { get; init; }

    public required Guid ModelVersionId { get; init; }

    public required string Project { get; init; }

    public required string Intent { get; init; }

    public string? Parent { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public required string TrainedBy { get; init; }

    public required string Run { get; init; }

    public string? Device { get; init; }

    public TimeSpan? Duration { get; init; }

    public required Guid DatasetSnapshotId { get; init; }

    public required int TrainImages { get; init; }

    public required int ValidationImages { get; init; }

    public required int TestImages { get; init; }

    public required TrainingPlan Settings { get; init; }

    /// <summary>It rests on a feature extractor that was brought in, not on the backbone that comes with the program.</summary>
    public bool HasOwnExtractor { get; init; }

    public required double Temperature { get; init; }

    /// <summary>From which probability it answers; below, it says "unknown".</summary>
    public AnswerThresholds Thresholds { get; init; } = AnswerThresholds.None;

    public double? Accuracy { get; init; }

    public double? AccuracyLow { get; init; }

    public double? AccuracyHigh { get; init; }

    public double? BalancedAccuracy { get; init; }

    public double? MacroF1 { get; init; }

    public double? CalibrationError { get; init; }

    public double? OldClassesBefore { get; init; }

    public double? OldClassesAfter { get; init; }

    public double? NewClassesAfter { get; init; }

    public double? AverageForgetting { get; init; }

    public required IReadOnlyList<ModelCardClass> Classes { get; init; }

    /// <summary>What a user of the model must reckon with, one sentence each.</summary>
    public required IReadOnlyList<string> Limits { get; init; }

    public static ModelCard Of(ProjectDetails project, ModelSummary model, RunDetails run, EvaluationReport report, AnswerThresholds thresholds)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(report);
        var classes = report.Classes.Select((item, index) =>
        {
            var figures = report.Metrics?.Classes.FirstOrDefault(c => c.Index == index && c.Support > 0);
            return new ModelCardClass(item.Id, item.Name, index, item.IsNew && model.ParentId is not null, figures?.Support ?? 0, figures?.Precision, figures?.Recall, figures?.F1);
        }).ToList();
        return new ModelCard
        {
            Model = model.Name,
            ModelVersionId = model.Id,
            Project = project.Name,
            Intent = project.Description,
            Parent = model.ParentNumber is { } number ? ModelVersion.NameOf(number) : null,
            CreatedUtc = model.CreatedUtc,
            TrainedBy = run.CreatedByName,
            Run = run.Name,
            Device = run.Device,
            Duration = run.EndedUtc - run.StartedUtc,
            DatasetSnapshotId = model.DatasetSnapshotId,
            TrainImages = run.TrainCount,
            ValidationImages = run.ValidationCount,
            TestImages = run.TestCount,
            Settings = run.Plan,
            HasOwnExtractor = run.ExtractorId is not null,
            Temperature = report.Temperature,
            Thresholds = thresholds,
            Accuracy = report.Metrics?.Accuracy,
            AccuracyLow = report.Metrics?.AccuracyLow,
            AccuracyHigh = report.Metrics?.AccuracyHigh,
            BalancedAccuracy = report.Metrics?.BalancedAccuracy,
            MacroF1 = report.Metrics?.MacroF1,
            CalibrationError = report.Metrics?.ExpectedCalibrationError,
            OldClassesBefore = report.Comparison?.OldClassesBefore,
            OldClassesAfter = report.Comparison?.OldClassesAfter,
            NewClassesAfter = report.Comparison?.NewClassesAfter,
            AverageForgetting = report.Comparison?.AverageForgetting,
            Classes = classes,
            Limits = LimitsOf(classes, thresholds),
        };
    }

    private static List<string> LimitsOf(IReadOnlyList<ModelCardClass> classes, AnswerThresholds thresholds)
    {
        List<string> limits =
        [
            classes.Any(item => thresholds.Of(item.Id) > 0)
                ? "It knows its classes only: a picture of anything else is called one of them, or “unknown” where it is not sure."
                : "It always names one of its classes: a picture of anything else gets a wrong answer, often with a low probability.",
        ];
        if (classes.Where(item => item.TestImages < 10).Select(item => item.Name).ToList() is { Count: > 0 } few)
        {
            limits.Add($"Measured on fewer than 10 test images, so hardly known: {string.Join(", ", few)}.");
        }

        if (classes.Where(item => item is { TestImages: >= 10, Recall: < 0.7 }).Select(item => item.Name).ToList() is { Count: > 0 } weak)
        {
            limits.Add($"Misses three in ten or more images of: {string.Join(", ", weak)}.");
        }

        return limits;
    }
}
