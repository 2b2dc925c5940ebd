using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>What a run would train on if it were launched now.</summary>
/// <param name="Classes">Labelled images of each class by split, in the order of the class list, and behind them of each combination of classes.</param>
/// <param name="ParentModelId">The promoted model, from which the run would start; null: from the pretrained weights.</param>
/// <param name="ParentModelName">Its name, such as "Model 3".</param>
/// <param name="MissingEmbeddings">Labelled images whose embedding is not computed yet.</param>
/// <param name="Warnings">What may disappoint, one sentence each.</param>
/// <param name="Problem">Why nothing can be trained now; null: it can.</param>
public sealed record Preflight(
    IReadOnlyList<ClassReadiness> Classes,
    Guid? ParentModelId,
    string? ParentModelName,
    int MissingEmbeddings,
    IReadOnlyList<string> Warnings,
    string? Problem)
{
    /// <summary>Classes that could be trained and were not chosen.</summary>
    public IReadOnlyList<ClassReadiness> LeftOut { get; init; } = [];

    /// <summary>Images may have several classes: what a model learns are the classes alone and the combinations that images have.</summary>
    public bool TakesSeveralClasses { get; init; }

    /// <summary>What was found in the images themselves; empty until somebody has looked.</summary>
    public IReadOnlyList<LaunchCheck> Checks { get; init; } = [];

    /// <summary>The user's own feature extractor that the project chose; null: none.</summary>
    public Guid? ExtractorId { get; init; }

    /// <summary>Name of the extractor, the project's or the promoted model's, that only a head can be trained on; null: the backbone can be trained.</summary>
    public string? FrozenExtractor { get; init; }

    /// <summary>Name of the promoted model's backbone, when that is not the program's default: a run that extends the model has it.</summary>
    public string? ParentBackbone { get; init; }

    /// <summary>Why only a head can be trained; null: stages of the backbone can be, too.</summary>
    /// <param name="fromPretrained">The run would begin anew instead of extending the promoted model.</param>
    public string? WhyHeadOnly(bool fromPretrained) => FrozenExtractor is { } extractor && (ExtractorId is not null || !fromPretrained)
        ? $"Only a head can be trained on the feature extractor '{extractor}': it is frozen, its weights are not open to training. To train the backbone, have the project use the one that comes with the program and start from the pretrained weights."
        : null;

    /// <summary>The measured recipe where the run would add classes to the promoted model; null: it begins anew, adds none, or can train only a head.</summary>
    /// <param name="fromPretrained">The run would begin anew instead of extending the promoted model.</param>
    public TrainingPlan? ForAddedClasses(bool fromPretrained) =>
        !fromPretrained && Classes.Any(item => item is { IsCombination: false, IsNew: true, AllTrain: > 0 }) && WhyHeadOnly(fromPretrained) is null
            ? TrainingPlan.ForAddedClasses(TrainCount)
            : null;

    public bool CanTrain => Problem is null;

    public int TrainCount => Classes.Sum(item => item.Train);

    public int ValidationCount => Classes.Sum(item => item.Validation);

    public int TestCount => Classes.Sum(item => item.Test);
}
