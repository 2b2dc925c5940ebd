namespace LabelStudio.Learning.Imaging;

/// <summary>What a picture's content (not its name) says it is.</summary>
/// <param name="Format"><c>jpeg</c>, <c>png</c>, <c>webp</c>, <c>gif</c>, <c>tiff</c> or <c>avif</c>.</param>
/// <param name="MediaType">Such as <c>image/jpeg</c>.</param>
/// <param name="Extension">With its dot, such as <c>.jpg</c>.</param>
/// <param name="WidthPx">Width once upright, in pixels.</param>
/// <param name="HeightPx">Height once upright, in pixels.</param>
public sealed record ImageInspection(string Format, string MediaType, string Extension, int WidthPx, int HeightPx)
{
    /// <summary>Name of the camera among the <see cref="Facts"/>.</summary>
    public const string Camera = "exif.camera";

    /// <summary>Local time of the camera among the <see cref="Facts"/>, as <c>2026-05-01T12:30:00</c>.</summary>
    public const string Taken = "exif.taken";

    /// <summary>What the camera wrote of itself and the time; never of the place.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}
