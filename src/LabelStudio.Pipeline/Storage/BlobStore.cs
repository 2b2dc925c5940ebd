namespace LabelStudio.Pipeline.Storage;

/// <summary>Originals by content hash under <c>images/ab/</c>, derived pictures beside them. Names from outside never become paths.</summary>
public sealed class BlobStore(StudioPaths paths)
{
    /// <summary>Where the original with this hash lies (or would lie).</summary>
    public string PathOf(string sha256, string extension) =>
        Path.Combine(paths.Images, CheckedHash(sha256)[..2], sha256 + extension);

    /// <summary>Where the derived picture with this longest side lies (or would lie).</summary>
    public string ThumbnailPath(string sha256, int longestSidePx) =>
        Path.Combine(paths.Thumbnails, CheckedHash(sha256)[..2], $"{sha256}-{longestSidePx}.webp");

    private static string CheckedHash(string sha256) =>
        sha256.Length == 64 && sha256.All(char.IsAsciiHexDigitLower)
            ? sha256
            : throw new ArgumentException("Not a SHA-256 in lower-case hexadecimal digits.", nameof(sha256));
}
