using System.Text.Json;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// Labelled tasks in the JSON form of Label Studio, as rows about images. A task's picture is known by the hash that exports of
/// this program write into it, else by its file name.
/// </summary>
internal static class TaskTable
{
    private const int Sha256Letters = 64;

    // What Label Studio puts before the name of a file that was uploaded there: eight hexadecimal digits and a hyphen.
    private const string UploadFolder = "/data/upload/";
    private const int UploadPrefix = 9;

    private static readonly Dictionary<string, string> NoMetadata = [];
    private static readonly string[] HashHolders = ["meta", "data"];

    /// <exception cref="InvalidRequestException">It is no list of tasks.</exception>
    public static List<ImportTableRow> Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text.TrimStart('\uFEFF'));
            return json.RootElement.ValueKind == JsonValueKind.Array && json.RootElement.EnumerateArray().All(task => task.ValueKind == JsonValueKind.Object)
                ? [.. json.RootElement.EnumerateArray().Select((task, place) => Row(task, place + 1))]
                : throw new InvalidRequestException("The file is JSON, but no list of tasks. Export it from Label Studio as JSON, or write one object a line.");
        }
        catch (JsonException error)
        {
            throw new InvalidRequestException($"The list of tasks is no JSON: {error.Message}", error);
        }
    }

    private static ImportTableRow Row(JsonElement task, int number) =>
        new(number, PathOf(task), DecidesLabel: true, LabelOf(task), NoMetadata, HashOf(task), Split: null);

    /// <summary>Where several people labelled it, what is marked as ground truth holds, then the newest. "completions" is the older name.</summary>
    private static ImportLabel? LabelOf(JsonElement task) => Items(task, "annotations").Concat(Items(task, "completions"))
        .Where(item => !IsTrue(item, "was_cancelled"))
        .OrderByDescending(item => IsTrue(item, "ground_truth"))
        .ThenByDescending(item => TextOf(item, "updated_at") ?? TextOf(item, "created_at") ?? "", StringComparer.Ordinal)
        .Select(ChoicesOf)
        .FirstOrDefault(label => label is not null);

    /// <summary>No result at all: somebody looked and chose nothing. Null: its results are about something else.</summary>
    private static ImportLabel? ChoicesOf(JsonElement annotation)
    {
        if (annotation.ValueKind != JsonValueKind.Object || !annotation.TryGetProperty("result", out var results) || results.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var choices = Items(annotation, "result").Where(item => TextOf(item, "type") == "choices").ToList();
        return choices.Count == 0 && results.GetArrayLength() > 0
            ? null
            : ImportLabel.OfNames([.. choices.SelectMany(item => item.TryGetProperty("value", out var value) ? Items(value, "choices") : []).Select(choice => choice.ToString())]);
    }

    private static string? PathOf(JsonElement task)
    {
        if (!task.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var path = TextOf(data, "image") ?? data.EnumerateObject().Where(item => item.Value.ValueKind == JsonValueKind.String && item.Name != "sha256").Select(item => item.Value.GetString()).FirstOrDefault();
        if (path?.StartsWith(UploadFolder, StringComparison.Ordinal) != true)
        {
            return path;
        }

        var name = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
        return name.Length > UploadPrefix && name[UploadPrefix - 1] == '-' && name[..(UploadPrefix - 1)].All(char.IsAsciiHexDigit) ? name[UploadPrefix..] : name;
    }

    private static string? HashOf(JsonElement task) => HashHolders
        .Select(part => task.TryGetProperty(part, out var held) ? TextOf(held, "sha256") : null)
        .FirstOrDefault(hash => hash is { Length: Sha256Letters } && hash.All(char.IsAsciiHexDigit));

    private static List<JsonElement> Items(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static bool IsTrue(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? TextOf(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
