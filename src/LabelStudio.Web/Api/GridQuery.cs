using System.Globalization;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Web.Api;

/// <summary>A filter of images as it stands in an address: shared by the grid page and the endpoint it asks.</summary>
/// <param name="Suggested">The class the model suggests: unlabelled images only.</param>
/// <param name="Against">With a suggested class: the class the model hesitates between, second in its list.</param>
/// <param name="Similar">An image: those that look like it, the most similar first.</param>
/// <param name="AtLeast">The least probability of the suggestion, in per cent.</param>
public sealed record GridQuery(
    string? State = null,
    Guid? Class = null,
    string? Split = null,
    string? Text = null,
    Guid? Batch = null,
    bool? Flagged = null,
    string? Sort = null,
    Guid? Suggested = null,
    int? AtLeast = null,
    Guid? Against = null,
    long? Similar = null)
{
    public const string MostCertain = "certain";
    public const string LeastCertain = "uncertain";
    public const string BySuggestion = "suggestion";

    /// <summary>Asks the model about each image, which only makes sense for those without a label.</summary>
    public bool NeedsSuggestions => Suggested is not null || AtLeast is > 0 || Sort is MostCertain or LeastCertain or BySuggestion;

    public ImageFilter ToFilter() => new()
    {
        State = NeedsSuggestions ? ImageState.Unlabelled : Parse<ImageState>(State),
        ClassId = Class,
        Split = Parse<Split>(Split),
        Text = string.IsNullOrWhiteSpace(Text) ? null : Text.Trim(),
        ImportBatchId = Batch,
        IsFlagged = Flagged == true ? true : null,
        Sort = Parse<ImageSort>(Sort) ?? ImageSort.Newest,
    };

    /// <summary>As the part of an address after the question mark; empty fields are left out.</summary>
    public string ToQueryString() => string.Join('&', Fields()
        .Where(field => !string.IsNullOrEmpty(field.Value))
        .Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value!)}"));

    private IEnumerable<KeyValuePair<string, string?>> Fields() =>
    [
        new("state", State),
        new("class", Class?.ToString()),
        new("split", Split),
        new("text", Text),
        new("batch", Batch?.ToString()),
        new("flagged", Flagged == true ? bool.TrueString.ToLower(CultureInfo.InvariantCulture) : null),
        new("sort", Sort),
        new("suggested", Suggested?.ToString()),
        new("against", Against?.ToString()),
        new("similar", Similar?.ToString(CultureInfo.InvariantCulture)),
        new("atLeast", AtLeast is > 0 ? AtLeast.Value.ToString(CultureInfo.InvariantCulture) : null),
    ];

    private static T? Parse<T>(string? text)
        where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;
}
