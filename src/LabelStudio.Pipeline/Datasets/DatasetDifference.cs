namespace LabelStudio.Pipeline.Datasets;

/// <summary>What lies between two dataset versions, or between one and the labels of now.</summary>
/// <param name="Added">Images that only the second holds.</param>
/// <param name="Relabelled">Images that have another class in the second.</param>
/// <param name="Removed">Images that only the first holds.</param>
/// <param name="MovedCount">Images that changed their split.</param>
/// <param name="ClassNames">Names of the classes of both; where they differ, the second's.</param>
public sealed record DatasetDifference(
    IReadOnlyList<LabelChange> Added,
    IReadOnlyList<LabelChange> Relabelled,
    IReadOnlyList<LabelChange> Removed,
    int MovedCount,
    IReadOnlyDictionary<Guid, string> ClassNames)
{
    public bool IsEmpty => Added.Count + Relabelled.Count + Removed.Count + MovedCount == 0;

    /// <summary>Compares two manifests image by image.</summary>
    public static DatasetDifference Between(DatasetManifest first, DatasetManifest second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var before = first.Entries.ToDictionary(entry => entry.ImageId);
        var after = second.Entries.ToDictionary(entry => entry.ImageId);
        var names = first.Classes.Concat(second.Classes).GroupBy(item => item.Id).ToDictionary(group => group.Key, group => group.Last().Name);
        var both = second.Entries.Where(entry => before.ContainsKey(entry.ImageId)).ToList();
        return new DatasetDifference(
            [.. second.Entries.Where(entry => !before.ContainsKey(entry.ImageId)).Select(entry => new LabelChange(entry.ImageId, null, entry.ClassId))],
            [.. both.Where(entry => before[entry.ImageId].ClassId != entry.ClassId).Select(entry => new LabelChange(entry.ImageId, before[entry.ImageId].ClassId, entry.ClassId))],
            [.. first.Entries.Where(entry => !after.ContainsKey(entry.ImageId)).Select(entry => new LabelChange(entry.ImageId, entry.ClassId, null))],
            both.Count(entry => before[entry.ImageId].Split != entry.Split),
            names);
    }
}
