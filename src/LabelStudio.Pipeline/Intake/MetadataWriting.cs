using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Intake;

/// <summary>Puts metadata on an image inside a work of the writer.</summary>
internal static class MetadataWriting
{
    /// <summary>On an image that has none yet.</summary>
    public static void Add(StudioDbContext db, ImageRecord image, IEnumerable<KeyValuePair<string, string>> values) =>
        db.Set<MetadataEntry>().AddRange(values.Select(item => EntryOf(image.ProjectId, image.Id, item.Key, item.Value)));

    /// <summary>Sets some keys; a null or empty value takes a key off. The others stay.</summary>
    public static async Task SetAsync(
        StudioDbContext db, Guid projectId, long imageId, IReadOnlyDictionary<string, string?> values, CancellationToken cancellationToken)
    {
        var entries = db.Set<MetadataEntry>();
        var known = await entries.Where(entry => entry.ImageId == imageId).ToDictionaryAsync(entry => entry.Key, cancellationToken);
        foreach (var (key, value) in values)
        {
            var entry = known.GetValueOrDefault(key);
            if (string.IsNullOrEmpty(value))
            {
                if (entry is not null)
                {
                    entries.Remove(entry);
                }
            }
            else if (entry is null)
            {
                entries.Add(EntryOf(projectId, imageId, key, value));
            }
            else
            {
                (entry.Value, entry.Number) = (value, MetadataRules.NumberOf(value));
            }
        }
    }

    private static MetadataEntry EntryOf(Guid projectId, long imageId, string key, string value) =>
        new() { ProjectId = projectId, ImageId = imageId, Key = key, Value = value, Number = MetadataRules.NumberOf(value) };
}
