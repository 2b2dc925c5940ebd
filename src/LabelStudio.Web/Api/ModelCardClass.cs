using System.Text.Json.Serialization;

namespace LabelStudio.Web.Api;

/// <summary>A class on a model card; figures are shares of 1 on test images, null where there were none.</summary>
/// <param name="Id">The class.</param>
/// <param name="Name">Its name when the model was made.</param>
/// <param name="Index">Its place in the model's outputs.</param>
/// <param name="IsNew">The model before did not know it.</param>
/// <param name="TrainImages">Images it was trained on.</param>
/// <param name="ValidationImages">Images that chose the best epoch and fitted the temperature.</param>
/// <param name="TestImages">Images it was measured on.</param>
/// <param name="Precision">Of what is called so, the share that is.</param>
/// <param name="Recall">Of what is so, the share that is found.</param>
/// <param name="RecallLow">Lower end of the 95 % interval of the recall.</param>
/// <param name="RecallHigh">Upper end of the 95 % interval of the recall.</param>
/// <param name="F1">Harmonic mean of precision and recall.</param>
public sealed record ModelCardClass(
    Guid Id,
    string Name,
    int Index,
    bool IsNew,
    int TrainImages,
    int ValidationImages,
    int TestImages,
    double? Precision,
    double? Recall,
    double? RecallLow,
    double? RecallHigh,
    double? F1)
{
    /// <summary>The first version, of those the model was trained from one after the other, that knew the class; null: not known.</summary>
    public string? SinceModel { get; init; }

    /// <summary>Of a combination: the names of its classes; none: it stands for no class. Left out of a class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Members { get; init; }
}
