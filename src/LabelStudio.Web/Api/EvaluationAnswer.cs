using LabelStudio.Pipeline.Evaluation;

namespace LabelStudio.Web.Api;

/// <summary>An evaluation of a model version on the test images of a dataset version.</summary>
/// <param name="State">Waiting, Running, Succeeded, Failed or Cancelled.</param>
/// <param name="Done">Images asked about, while it runs.</param>
/// <param name="Total">Images to ask about, while it runs.</param>
public sealed record EvaluationAnswer(
    Guid Id,
    string Name,
    Guid ModelId,
    Guid? ComparedModelId,
    Guid DatasetVersionId,
    DateTime CreatedUtc,
    string State,
    string? Problem,
    int Done,
    int Total,
    int TestCount,
    double? Accuracy,
    double? MacroF1)
{
    public static EvaluationAnswer Of(EvaluationSummary item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new(
            item.Id,
            item.Name,
            item.ModelVersionId,
            item.ComparedModelId,
            item.DatasetSnapshotId,
            item.CreatedUtc,
            item.State.ToString(),
            item.Problem,
            item.Done,
            item.Total,
            item.TestCount,
            item.Accuracy,
            item.MacroF1);
    }
}
