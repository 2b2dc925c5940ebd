using System.Globalization;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Intake;

/// <summary>How keys and values of metadata are written.</summary>
public static class MetadataRules
{
    public const int LongestKey = 64;
    public const int LongestValue = 500;
    public const int MostKeys = 100;

    /// <summary>The folder the file lay in when it was sent; with the file's name the way back to its source.</summary>
    public const string FolderKey = "folder";

    /// <summary>A key in its one way of writing: lower case, of letters, digits, dots, dashes and underscores.</summary>
    /// <exception cref="InvalidRequestException">It cannot be a key.</exception>
    public static string KeyOf(string? text) => FindKey(text) ?? throw new InvalidRequestException(
        $"'{text?.Trim()[..Math.Min(text.Trim().Length, LongestKey)]}' cannot be a metadata key: use 1 to {LongestKey} letters, digits, dots, dashes and underscores.");

    /// <summary>As <see cref="KeyOf"/>; null: it cannot be a key.</summary>
    public static string? FindKey(string? text)
    {
        var key = text?.Trim().Replace(' ', '_').ToLowerInvariant() ?? "";
        return key.Length is > 0 and <= LongestKey && key.All(sign => char.IsLetterOrDigit(sign) || sign is '.' or '-' or '_') ? key : null;
    }

    /// <exception cref="InvalidRequestException">Too long.</exception>
    public static string ValueOf(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var text = value.Trim();
        return text.Length <= LongestValue
            ? text
            : throw new InvalidRequestException($"The value of '{key}' has {text.Length} characters, and the limit is {LongestValue}. Shorten it.");
    }

    /// <summary>A number as it is, a date as seconds since 1970, anything else null.</summary>
    public static double? NumberOf(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : DateOf(value) is { } date ? (date - DateTime.UnixEpoch).TotalSeconds
        : null;

    /// <summary>A date as ISO 8601 writes it, with or without time of day.</summary>
    public static DateTime? DateOf(string value) =>
        DateTime.TryParseExact(
            value,
            ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var date)
            ? date
            : null;
}
