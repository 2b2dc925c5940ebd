using System.Text.Json;

namespace LabelStudio.Web.Api.MlBackend;

/// <summary>What is read of a task of Label Studio that somebody labelled.</summary>
/// <param name="Choices">The choices of its annotation, as results name them; empty: somebody looked and chose none.</param>
/// <param name="Sha256">Hash of its picture, where the task carries one as those of this program's exports do; null: it does not.</param>
/// <param name="Address">Where its picture lies; null: the task does not say.</param>
internal sealed record LabelledTask(IReadOnlyList<string> Choices, string? Sha256, string? Address)
{
    private const int Sha256Letters = 64;

    private static readonly string[] HashHolders = ["meta", "data"];

    /// <summary>Null: nobody labelled it in the interface, or everybody skipped it.</summary>
    /// <param name="takesNone">An annotation in which nothing is chosen says that the picture shows none of the choices.</param>
    public static LabelledTask? Of(JsonElement task, LabelConfig config, bool takesNone)
    {
        if (task.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        // Where several people labelled it, what is marked as ground truth holds, then the newest. "completions" is the older name.
        var annotation = Items(task, "annotations").Concat(Items(task, "completions"))
            .Where(item => !IsTrue(item, "was_cancelled"))
            .Select(item => (Item: item, Choices: ChoicesOf(item, config)))
            .Where(item => item.Choices.Count > 0 || (takesNone && HoldsNothingElse(item.Item, config)))
            .OrderByDescending(item => IsTrue(item.Item, "ground_truth"))
            .ThenByDescending(item => Text(item.Item, "updated_at") ?? Text(item.Item, "created_at") ?? "", StringComparer.Ordinal)
            .FirstOrDefault();
        return annotation.Choices is { } choices
            ? new LabelledTask(choices, HashOf(task), task.TryGetProperty("data", out var data) ? Text(data, config.DataKey) : null)
            : null;
    }

    /// <summary>The items of a list; none where there is no such list.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static List<string> ChoicesOf(JsonElement annotation, LabelConfig config) =>
    [
        .. Items(annotation, "result").Where(item => Text(item, "from_name") == config.FromName && item.TryGetProperty("value", out _))
            .SelectMany(item => Items(item.GetProperty("value"), "choices"))
            .Where(choice => choice.ValueKind == JsonValueKind.String).Select(choice => choice.GetString()!),
    ];

    private static bool HoldsNothingElse(JsonElement annotation, LabelConfig config) =>
        annotation.ValueKind == JsonValueKind.Object && annotation.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.Array
        && Items(annotation, "result").All(item => Text(item, "from_name") == config.FromName);

    private static string? HashOf(JsonElement task) =>
        HashHolders.Select(part => task.TryGetProperty(part, out var held) ? Text(held, "sha256") : null)
            .FirstOrDefault(hash => hash is { Length: Sha256Letters } && hash.All(char.IsAsciiHexDigit))?.ToLowerInvariant();

    private static bool IsTrue(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
