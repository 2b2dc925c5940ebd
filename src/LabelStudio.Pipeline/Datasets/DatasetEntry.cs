using System.Text.Json.Serialization;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Datasets;

/// <summary>An image of a dataset version, as it was when that was frozen.</summary>
/// <param name="IsExample">Its class showed it as an example: a limited rehearsal memory keeps it in any case.</param>
public sealed record DatasetEntry(
    long ImageId,
    string Sha256,
    string Extension,
    Guid ClassId,
    Split Split,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsExample = false)
{
    /// <summary>Places, in a list of images, of those that their class showed as examples.</summary>
    public static IReadOnlySet<int> ExamplesAmong(IEnumerable<DatasetEntry> entries, IReadOnlyList<long> imageIds)
    {
        var examples = entries.Where(entry => entry.IsExample).Select(entry => entry.ImageId).ToHashSet();
        return imageIds.Index().Where(item => examples.Contains(item.Item)).Select(item => item.Index).ToHashSet();
    }
}
