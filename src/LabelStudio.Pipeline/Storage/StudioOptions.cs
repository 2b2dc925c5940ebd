namespace LabelStudio.Pipeline.Storage;

/// <summary>Settings of the configuration section <c>Studio</c>; every one has a default that works on a fresh machine.</summary>
public sealed class StudioOptions
{
    public const string Section = "Studio";

    /// <summary>Folder of everything the program keeps; relative paths start at the working folder.</summary>
    public string DataPath { get; set; } = "data";

    /// <summary>Largest file that is taken in, in bytes.</summary>
    public long MaxImageBytes { get; set; } = 100L * 1024 * 1024;

    /// <summary>Largest picture that is decoded, in pixels (width × height).</summary>
    public long MaxImagePixels { get; set; } = 100_000_000;

    /// <summary>Largest zip archive that is taken in, in bytes.</summary>
    public long MaxArchiveBytes { get; set; } = 20L * 1024 * 1024 * 1024;

    /// <summary>Days that deleted images stay in the trash, from where they can be restored.</summary>
    public int TrashDays { get; set; } = 30;

    /// <summary>Longest side of the thumbnails in grids, in pixels.</summary>
    public int ThumbnailSidePx { get; set; } = 256;

    /// <summary>Longest side of the picture shown while labelling, in pixels.</summary>
    public int ViewSidePx { get; set; } = 1600;

    /// <summary>Longest side of the picture shown where somebody zooms in beyond that, in pixels; at most 16383.</summary>
    public int FullSidePx { get; set; } = 8192;
}
