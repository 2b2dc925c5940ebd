using System.Globalization;
using NetVips;

namespace LabelStudio.Learning.Imaging;

/// <summary>The little of a picture's EXIF that tells pictures apart: the camera and the time. Never the place.</summary>
internal static class ExifFacts
{
    private const string Maker = "exif-ifd0-Make", Model = "exif-ifd0-Model", Taken = "exif-ifd2-DateTimeOriginal";
    private const int LongestText = 100;

    public static IReadOnlyDictionary<string, string> Of(Image header)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        var (maker, model) = (TextOf(header, Maker), TextOf(header, Model));
        // Many cameras write the maker into the model's name too.
        var camera = model is null || maker is null || model.StartsWith(maker, StringComparison.OrdinalIgnoreCase) ? model ?? maker : $"{maker} {model}";
        if (camera is not null)
        {
            facts[ImageInspection.Camera] = camera;
        }
        if (DateTime.TryParseExact(TextOf(header, Taken), "yyyy:MM:dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var taken))
        {
            facts[ImageInspection.Taken] = taken.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        }
        return facts;
    }

    /// <summary>libvips writes a value as "Canon (Canon, ASCII, 6 components, 6 bytes)".</summary>
    private static string? TextOf(Image header, string field)
    {
        if (!header.Contains(field) || header.Get(field) is not string written)
        {
            return null;
        }
        var note = written.LastIndexOf(", ASCII, ", StringComparison.Ordinal);
        // The note repeats the value, which may hold brackets itself: the value is what stands before the repetition.
        var length = note < 0 ? written.Length : (note - " (".Length) / 2;
        var text = written[..length].Trim();
        return text.Length is > 0 and <= LongestText && !text.Any(char.IsControl) ? text : null;
    }
}
