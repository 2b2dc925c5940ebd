using System.Text.Json.Serialization;
using LabelStudio.Learning.Snapshots;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>What the outputs of a model stand for whose pictures may show several classes: <c>labels.json</c> of a bundle.</summary>
internal sealed record BundleLabels(
    [property: JsonPropertyName("classes")] IReadOnlyList<BundleLabels.Class> Classes, [property: JsonPropertyName("labels")] IReadOnlyList<BundleLabels.Label> Labels)
{
    public const string File = "labels.json";

    /// <summary>Null: each output is a class.</summary>
    public static BundleLabels? Of(ModelManifest manifest, AnswerThresholds thresholds)
    {
        if (manifest.Classes.All(item => item.MemberIds is null))
        {
            return null;
        }
        var classes = manifest.Classes.Where(item => item.MemberIds is null).OrderBy(item => item.Index).ToList();
        var positions = classes.Index().ToDictionary(item => item.Item.Id, item => item.Index);
        return new(
            [.. classes.Select(item => new Class(item.Id, item.Name, thresholds.OfMarginal(item.Id)))],
            [.. manifest.Classes.OrderBy(item => item.Index).Select(item => new Label(
                item.Index, item.Id, item.Name, [.. (item.MemberIds ?? [item.Id]).Where(positions.ContainsKey).Select(id => positions[id])]))]);
    }

    /// <param name="Threshold">From which probability it counts as shown.</param>
    internal sealed record Class(
        [property: JsonPropertyName("id")] Guid Id, [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("threshold")] double Threshold);

    /// <param name="Index">Its place in the outputs.</param>
    /// <param name="Members">Places of its classes in the list of classes.</param>
    internal sealed record Label(
        [property: JsonPropertyName("index")] int Index,
        [property: JsonPropertyName("id")] Guid Id,
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("members")] IReadOnlyList<int> Members);
}
