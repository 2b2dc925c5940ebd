using System.Text.Json;
using System.Text.Encodings.Web;

namespace LabelStudio.Pipeline.Export;

/// <summary>What the folders of an archive stand for, where images may have several classes and a folder cannot say so by its name.</summary>
internal static class ClassMap
{
    public const string FileName = "classes.json";

    private const string About =
        "An image may have several classes, and lies in one folder: that of all its classes together. 'folders' says which classes each folder stands for; "
        + "a folder without classes holds images that somebody looked at and that show none, 'no_label' those that nobody labelled. "
        + "labels.csv names the classes of each image in its column 'labels': a | between two, a backslash before a | or a backslash that belongs to a name, 'No class' for none.";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // For people to read.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Text(LabelNames labels, IReadOnlyDictionary<Guid, string> folders) => JsonSerializer.Serialize(
        new
        {
            About,
            Classes = labels.Classes.Select((item, index) => new { item.Id, Index = index, item.Name }),
            Folders = labels.Classes.Select(item => item.Id).Concat(labels.Combinations).Select(id => new { Folder = folders[id], Classes = labels.Of(id) }),
        },
        Json);
}
