namespace LabelStudio.Pipeline.Training;

/// <summary>What a run would train on if it were launched now.</summary>
/// <param name="Classes">Labelled images of each class by split, in the order of the class list.</param>
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
    /// <summary>The user's own feature extractor that the project chose; null: none.</summary>
    public Guid? ExtractorId { get; init; }

    /// <summary>Name of the extractor, the project's or the promoted model's, that only a head can be trained on; null: the backbone can be trained.</summary>
    public string? FrozenExtractor { get; init; }

    public bool CanTrain => Problem is null;

    public int TrainCount => Classes.Sum(item => item.Train);

    public int ValidationCount => Classes.Sum(item => item.Validation);

    public int TestCount => Classes.Sum(item => item.Test);
}
