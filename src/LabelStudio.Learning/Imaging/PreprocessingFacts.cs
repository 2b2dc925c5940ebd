namespace LabelStudio.Learning.Imaging;

/// <summary>
/// What another program must do to a picture before it asks a model, as fields instead of prose. The picture is squeezed
/// whole to the square, never cropped; a channel's byte <c>b</c> becomes <c>(b × Scale − Mean) / StandardDeviation</c>.
/// </summary>
public sealed record PreprocessingFacts
{
    /// <summary>The same in one sentence, for metadata that holds text.</summary>
    public const string Text =
        "Decode, turn upright by EXIF, convert to 8-bit sRGB, put transparency on white, resize the whole picture to the square without cropping (kernel Lanczos 3, or bicubic where a side is enlarged, as libvips' thumbnail does); red, green and blue planes of float32 with the value pixel / 127.5 - 1.";

    /// <summary><see cref="ImagePreprocessing.Version"/> of the definition.</summary>
    public required int Version { get; init; }

    /// <summary>Side of the square in pixels.</summary>
    public required int SidePx { get; init; }

    /// <summary>How the picture comes to be a square: <c>squeeze</c> changes its aspect and cuts nothing off.</summary>
    public string Fit { get; init; } = "squeeze";

    /// <summary>Kernel by which a side is made smaller, with a support that grows with the reduction: <c>lanczos3</c>.</summary>
    public string ResizeKernel { get; init; } = "lanczos3";

    /// <summary>Kernel by which a side is enlarged that is smaller than the square's.</summary>
    public string EnlargeKernel { get; init; } = "bicubic";

    /// <summary>The EXIF orientation is applied before anything else.</summary>
    public bool AppliesExifOrientation { get; init; } = true;

    /// <summary>What shows through where the picture is transparent: red, green, blue as in CSS.</summary>
    public string AlphaBackground { get; init; } = "#ffffff";

    /// <summary>Colour space of the bytes before they are scaled.</summary>
    public string ColourSpace { get; init; } = "sRGB";

    /// <summary>Order of the planes.</summary>
    public string ColourOrder { get; init; } = "RGB";

    /// <summary>Order of the tensor's dimensions: batch, channel, row, column.</summary>
    public string Layout { get; init; } = "NCHW";

    /// <summary>What a byte is multiplied by first.</summary>
    public double Scale { get; init; } = 1 / 255.0;

    /// <summary>Taken off red, green and blue, of values scaled to 0–1.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [ImagePreprocessing.Mean, ImagePreprocessing.Mean, ImagePreprocessing.Mean];

    /// <summary>Divisors of red, green and blue after that.</summary>
    public IReadOnlyList<double> StandardDeviation { get; init; } =
        [ImagePreprocessing.StandardDeviation, ImagePreprocessing.StandardDeviation, ImagePreprocessing.StandardDeviation];

    /// <summary>Least and greatest value of the result.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [-1, 1];

    /// <summary>The facts of a model, old or new: every version of the definition so far agrees in them.</summary>
    /// <param name="version">The model's <see cref="ImagePreprocessing.Version"/>.</param>
    /// <param name="sidePx">Side of its square in pixels.</param>
    public static PreprocessingFacts Of(int version, int sidePx) => new() { Version = version, SidePx = sidePx };
}
