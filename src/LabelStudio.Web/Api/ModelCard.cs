using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
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

    /// <summary>The models it was trained from, the nearest first; empty: from pretrained weights.</summary>
    public IReadOnlyList<string> Ancestors { get; init; } = [];

    public required DateTime CreatedUtc { get; init; }

    public required string TrainedBy { get; init; }

    public required string Run { get; init; }

    public string? Device { get; init; }

    /// <summary>With what it was computed; null: by a trainer that did not tell.</summary>
    public RunEnvironment? Environment { get; init; }

    public TimeSpan? Duration { get; init; }

    public required Guid DatasetSnapshotId { get; init; }

    /// <summary>SHA-256 of the dataset version's manifest.</summary>
    public required string DatasetSha256 { get; init; }

    public required int TrainImages { get; init; }

    public required int ValidationImages { get; init; }

    public required int TestImages { get; init; }

    public required TrainingPlan Settings { get; init; }

    /// <summary>The pretrained backbone it rests on or was trained from, with its origin, or the feature extractor that was brought in.</summary>
    public required string Backbone { get; init; }

    /// <summary>Licence of the weights it was made from.</summary>
    public required string BackboneLicence { get; init; }

    /// <summary>It rests on a feature extractor that was brought in, not on a backbone that comes with the program.</summary>
    public bool HasOwnExtractor { get; init; }

    /// <summary>Trained numbers of its own weights; on a feature extractor that was brought in those of the head alone.</summary>
    public long Parameters { get; init; }

    /// <summary>What must be done to a picture before the model is asked.</summary>
    public required PreprocessingFacts Preprocessing { get; init; }

    public required double Temperature { get; init; }

    /// <summary>From which probability it answers; below, it says "unknown".</summary>
    public AnswerThresholds Thresholds { get; init; } = AnswerThresholds.None;

    public double? Accuracy { get; init; }

    public double? AccuracyLow { get; init; }

    public double? AccuracyHigh { get; init; }

    public double? BalancedAccuracy { get; init; }

    public double? MacroF1 { get; init; }

    /// <summary>95 % interval of the macro-F1, by bootstrap over the test images.</summary>
    public ConfidenceInterval? MacroF1Interval { get; init; }

    public double? CalibrationError { get; init; }

    /// <summary>The model that the figures of old and new classes are held against.</summary>
    public string? ComparedWith { get; init; }

    public double? OldClassesBefore { get; init; }

    public double? OldClassesAfter { get; init; }

    public double? NewClassesAfter { get; init; }

    /// <summary>Mean drop of an old class's accuracy from the best of all models before, as a share.</summary>
    public double? AverageForgetting { get; init; }

    public required IReadOnlyList<ModelCardClass> Classes { get; init; }

    /// <summary>Where images may show several classes: the combinations of them that the model answers with, "no class" among them; figures are of exact answers.</summary>
    public IReadOnlyList<ModelCardClass> Combinations { get; init; } = [];

    /// <summary>Where images may show several classes; the accuracy is the exact match then, and the macro-F1 that of the classes by themselves.</summary>
    public ModelCardSeveral? SeveralClasses { get; init; }

    /// <summary>Parts of the test images on which it is clearly weaker, the weakest first; who labelled them is not told.</summary>
    public IReadOnlyList<ModelCardSlice> WeakSlices { get; init; } = [];

    /// <summary>What a user of the model must reckon with, one sentence each.</summary>
    public required IReadOnlyList<string> Limits { get; init; }

    /// <summary>SHA-256 of each of the model's files, by name.</summary>
    public IReadOnlyDictionary<string, string> FileHashes { get; init; } = new Dictionary<string, string>();

    public static ModelCard Of(
        ProjectDetails project,
        ModelSummary model,
        RunDetails run,
        EvaluationReport report,
        IReadOnlyList<ClassForgetting> forgetting,
        AnswerThresholds thresholds,
        ModelOrigin origin,
        IReadOnlyList<ClassSplitCount> counts)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(forgetting);
        ArgumentNullException.ThrowIfNull(origin);
        var classes = ModelCardLabels.Classes(report, counts);
        return new ModelCard
        {
            Model = model.Name,
            ModelVersionId = model.Id,
            Project = project.Name,
            Intent = project.Description,
            Ancestors = origin.Ancestors,
            CreatedUtc = model.CreatedUtc,
            TrainedBy = run.CreatedByName,
            Run = run.Name,
            Device = run.Device,
            Duration = run.EndedUtc - run.StartedUtc,
            DatasetSnapshotId = model.DatasetSnapshotId,
            DatasetSha256 = origin.DatasetSha256,
            TrainImages = run.TrainCount,
            ValidationImages = run.ValidationCount,
            TestImages = run.TestCount,
            Settings = run.Plan,
            Backbone = origin.Backbone,
            BackboneLicence = origin.Licence,
            HasOwnExtractor = run.ExtractorId is not null,
            Parameters = origin.Parameters,
            Preprocessing = origin.Preprocessing,
            Temperature = report.Temperature,
            Thresholds = thresholds,
            Accuracy = report.Metrics?.Accuracy,
            AccuracyLow = report.Metrics?.AccuracyLow,
            AccuracyHigh = report.Metrics?.AccuracyHigh,
            BalancedAccuracy = report.SeveralClasses?.Metrics.MacroRecall ?? report.Metrics?.BalancedAccuracy,
            MacroF1 = report.MacroF1,
            MacroF1Interval = report.SeveralClasses is null && report.Metrics is { } metrics ? BootstrapIntervals.Of(metrics.Confusion)?.MacroF1 : null,
            CalibrationError = report.Metrics?.ExpectedCalibrationError,
            ComparedWith = report.Comparison is { IsParent: false } ? "the model that was promoted then" : model.ParentNumber is { } parent ? ModelVersion.NameOf(parent) : null,
            OldClassesBefore = report.Comparison?.OldClassesBefore,
            OldClassesAfter = report.Comparison?.OldClassesAfter,
            NewClassesAfter = report.Comparison?.NewClassesAfter,
            AverageForgetting = forgetting.Count == 0 ? null : forgetting.Average(item => item.Forgetting),
            Classes = classes,
            Combinations = ModelCardLabels.Combinations(report, counts),
            SeveralClasses = report.SeveralClasses is { Metrics: var by } ? new(by.MicroF1, by.MeanAveragePrecision, by.MeanJaccard, by.HammingLoss) : null,
            Limits = LimitsOf(classes, report, thresholds),
            FileHashes = origin.FileHashes,
        };
    }

    private static List<string> LimitsOf(IReadOnlyList<ModelCardClass> classes, EvaluationReport report, AnswerThresholds thresholds)
    {
        List<string> limits =
        [
            report.Classes.Any(item => item.IsCombination)
                ? "It knows its classes only: of a picture of anything else it may say that it shows one of them, or none."
                : classes.Any(item => thresholds.Of(item.Id) > 0)
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
