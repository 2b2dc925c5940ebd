namespace LabelStudio.Learning.Imaging;

/// <summary>What a picture may be at most, so that one file cannot exhaust the machine.</summary>
public sealed record ImageLimits
{
    /// <summary>Largest file in bytes. Default 100 MiB.</summary>
    public long MaxBytes { get; init; } = 100L * 1024 * 1024;

    /// <summary>Most pixels, width × height as the header states them. Default 100 megapixels, above any common camera.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>
    /// Most pixels of a progressive JPEG or interlaced PNG, which has to be held in memory whole. Default 60 megapixels.
    /// </summary>
    public long MaxInterlacedPixels { get; init; } = 60_000_000;
}
