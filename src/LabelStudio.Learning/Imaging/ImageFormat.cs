namespace LabelStudio.Learning.Imaging;

/// <summary>The formats that are taken, by libvips' loader, and plain words for those that are not, by first bytes.</summary>
internal sealed record ImageFormat(string Name, string MediaType, string Extension)
{
    internal const string Accepted = "JPEG, PNG, WebP, GIF, TIFF or AVIF";

    private static readonly Dictionary<string, ImageFormat> ByLoader = new(StringComparer.Ordinal)
    {
        ["jpegload"] = new("jpeg", "image/jpeg", ".jpg"),
        ["pngload"] = new("png", "image/png", ".png"),
        ["webpload"] = new("webp", "image/webp", ".webp"),
        ["gifload"] = new("gif", "image/gif", ".gif"),
        ["tiffload"] = new("tiff", "image/tiff", ".tif"),
        ["heifload"] = new("avif", "image/avif", ".avif"),
    };

    // Where the marks stand: (offset, bytes, name). Looked at only when libvips has refused the file.
    private static readonly (int Offset, byte[] Mark, string Name)[] RefusedMarks =
    [
        (0, "%PDF"u8.ToArray(), "a PDF document"),
        (0, "PK\u0003\u0004"u8.ToArray(), "a zip archive"),
        (0, "BM"u8.ToArray(), "a BMP picture"),
        (0, [0, 0, 1, 0], "an icon (ICO)"),
        (0, [0xFF, 0x0A], "a JPEG XL picture"),
        (4, "JXL "u8.ToArray(), "a JPEG XL picture"),
        (4, "jP  "u8.ToArray(), "a JPEG 2000 picture"),
        (4, "ftyphe"u8.ToArray(), "a HEIC picture"),
        (4, "ftypmif1"u8.ToArray(), "a HEIC picture"),
        (0, "<svg"u8.ToArray(), "an SVG drawing"),
        (0, "<?xml"u8.ToArray(), "an SVG drawing or another XML text"),
    ];

    /// <summary>The format that a loader of libvips reads, or null where it is not taken.</summary>
    /// <param name="loader">As the metadata field <c>vips-loader</c> has it, such as <c>jpegload_source</c>.</param>
    internal static ImageFormat? OfLoader(string loader) => ByLoader.GetValueOrDefault(loader.Split('_')[0]);

    /// <summary>The sentence that tells the user why a file without a loader is refused.</summary>
    /// <param name="start">The file's first bytes.</param>
    internal static string Refusal(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
        {
            return "The file is empty. Copy it again from where it came.";
        }
        foreach (var (offset, mark, name) in RefusedMarks)
        {
            if (start.Length > offset && start[offset..].StartsWith(mark))
            {
                return $"The file is {name}, which is not supported. Convert it to {Accepted}.";
            }
        }
        return $"The file is not a picture in a supported format, or its beginning is damaged. Use {Accepted}.";
    }
}
