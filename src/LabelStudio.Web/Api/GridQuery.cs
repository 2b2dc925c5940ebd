using System.Globalization;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Web.Api;

/// <summary>A filter of images as it stands in an address: shared by the grid page and the endpoint it asks.</summary>
public sealed record GridQuery(
    string? State, Guid? Class, string? Split, string? Text, Guid? Batch, bool? Flagged, string? Sort)
{
    public ImageFilter ToFilter() => new()
    {
        State = Parse<ImageState>(State),
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
    ];

    private static T? Parse<T>(string? text)
        where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;
}
