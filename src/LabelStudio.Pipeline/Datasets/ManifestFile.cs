using System.Text.Json;
using System.Text.Json.Serialization;

namespace LabelStudio.Pipeline.Datasets;

/// <summary>The text of a manifest: JSON lines, the first with facts and classes, the others with one image each.</summary>
internal static class ManifestFile
{
    private const byte LineEnd = (byte)'\n';

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static byte[] Format(DatasetManifest manifest)
    {
        using var text = new MemoryStream();
        JsonSerializer.Serialize(
            text, new Head(manifest.SnapshotId, manifest.ProjectId, manifest.OntologyVersion, manifest.Classes), Json);
        text.WriteByte(LineEnd);
        foreach (var entry in manifest.Entries)
        {
            JsonSerializer.Serialize(text, entry, Json);
            text.WriteByte(LineEnd);
        }

        return text.ToArray();
    }

    public static DatasetManifest Parse(ReadOnlySpan<byte> text)
    {
        Head? head = null;
        var entries = new List<DatasetEntry>();
        foreach (var range in text.Split(LineEnd))
        {
            var line = text[range];
            if (line.IsEmpty)
            {
                continue;
            }

            if (head is null)
            {
                head = JsonSerializer.Deserialize<Head>(line, Json)!;
            }
            else
            {
                entries.Add(JsonSerializer.Deserialize<DatasetEntry>(line, Json)!);
            }
        }

        return head is null
            ? throw new InvalidDataException("An empty manifest.")
            : new DatasetManifest(head.SnapshotId, head.ProjectId, head.OntologyVersion, head.Classes, entries);
    }

    private sealed record Head(Guid SnapshotId, Guid ProjectId, int OntologyVersion, IReadOnlyList<DatasetClass> Classes);
}
