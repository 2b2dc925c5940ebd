using System.Globalization;
using NetVips;

namespace LabelStudio.Learning.Imaging;

/// <summary>
/// Reads pictures from strangers with libvips: content decides and not the name, the first frame or page counts, EXIF
/// turns it upright, colours become 8-bit sRGB, transparency becomes white, and any damage is an error.
/// </summary>
/// <remarks>
/// Thread-safe. <see cref="Native.NativeLibraries.Initialize"/> must have run, as it blocks the loaders that must not see
/// such files. Every method throws <see cref="ImageRefusedException"/> for a file that is no good picture and
/// <see cref="IOException"/> for one that cannot be read at all.
/// </remarks>
public static class ImageDecoder
{
    private const string FailOnDamage = "[fail_on=error]";
    private const string ProfileField = "icc-profile-data";
    private const int WebpQuality = 84;

    /// <summary>Below the size from which an array is one of the large objects, whose collection is costly.</summary>
    private const int StripBytes = 48 * 1024;
    private const int OrientationFirstTurned = 5, OrientationLast = 8;
    private static readonly double[] White = [255, 255, 255];

    /// <summary>What the network is given for each of the 256 values of a channel.</summary>
    private static readonly float[] NetworkInputs =
        [.. Enumerable.Range(0, 256).Select(value => ((value / 255f) - ImagePreprocessing.Mean) / ImagePreprocessing.StandardDeviation)];

    /// <summary>Checks the limits against the header, then decodes the whole picture once.</summary>
    /// <param name="path">File to look at; its name does not matter.</param>
    /// <param name="limits">Largest file and picture to take.</param>
    /// <returns>Format and upright size.</returns>
    /// <exception cref="ImageRefusedException">No picture, not supported, too large or damaged.</exception>
    public static ImageInspection Inspect(string path, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var file = EncodedImage.Of(path);
        using var source = file.OpenSource();
        using var header = OpenHeader(file, source, limits, out var format);
        try
        {
            using var srgb = OnWhite(ToSrgb(header.Copy()));
            // Every pixel takes part in a mean, so damage anywhere shows.
            srgb.Avg();
        }
        catch (VipsException error)
        {
            throw Damaged(error);
        }
        var (widthPx, heightPx) = UprightSize(header);
        return new(format.Name, format.MediaType, format.Extension, widthPx, heightPx) { Facts = ExifFacts.Of(header) };
    }

    /// <summary>
    /// Encodes an upright sRGB copy on white as WebP, without metadata: thumbnails and display masters. Grey of 16 bits is
    /// stretched to the range it uses, unlike for the network.
    /// </summary>
    /// <param name="path">Picture to copy.</param>
    /// <param name="longestSidePx">Longest side of the copy in pixels, 1–16383; a smaller picture keeps its size.</param>
    /// <returns>The WebP file's bytes.</returns>
    /// <exception cref="ImageRefusedException">No picture, not supported, too large or damaged.</exception>
    public static byte[] EncodeWebp(string path, int longestSidePx)
    {
        const int webpMaxSidePx = 16383;
        ArgumentOutOfRangeException.ThrowIfLessThan(longestSidePx, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(longestSidePx, webpMaxSidePx);
        var file = EncodedImage.Of(path);
        using var source = file.OpenSource();
        using var header = OpenHeader(file, source, new ImageLimits(), out _);
        var (widthPx, heightPx) = UprightSize(header);
        var scale = Math.Min(1.0, longestSidePx / (double)Math.Max(widthPx, heightPx));
        var (width, height) = (SideAt(widthPx, scale), SideAt(heightPx, scale));
        return DeepGrey.Is(header)
            ? Stretched(file, width, height, Encode)
            : Resized(file, header, width, height, Encode);

        static byte[] Encode(Image image) => image.WebpsaveBuffer(q: WebpQuality, keep: Enums.ForeignKeep.None);
    }

    /// <summary>Decodes a stored picture into the network's input.</summary>
    /// <param name="path">Picture to decode.</param>
    /// <param name="preprocessing">Size of the result.</param>
    /// <param name="image">Receives float32 [3, S, S], RGB, each from -1 to 1; its length is exactly 3 · S · S.</param>
    /// <exception cref="ImageRefusedException">No picture, not supported, too large or damaged.</exception>
    public static void DecodeInto(string path, ImagePreprocessing preprocessing, Span<float> image) =>
        DecodeInto(EncodedImage.Of(path), preprocessing, image);

    /// <summary>Decodes a picture in memory into the network's input.</summary>
    /// <param name="encoded">The picture file's bytes; not changed.</param>
    /// <param name="preprocessing">Size of the result.</param>
    /// <param name="image">Receives float32 [3, S, S], RGB, each from -1 to 1; its length is exactly 3 · S · S.</param>
    /// <exception cref="ImageRefusedException">No picture, not supported, too large or damaged.</exception>
    public static void DecodeInto(byte[] encoded, ImagePreprocessing preprocessing, Span<float> image) =>
        DecodeInto(EncodedImage.Of(encoded), preprocessing, image);

    private static void DecodeInto(EncodedImage file, ImagePreprocessing preprocessing, Span<float> image)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        if (image.Length != preprocessing.Length)
        {
            throw new ArgumentException($"The span holds {image.Length} floats and must hold {preprocessing.Length}.", nameof(image));
        }
        using var source = file.OpenSource();
        using var header = OpenHeader(file, source, new ImageLimits(), out _);
        var strips = Resized(file, header, preprocessing.SidePx, preprocessing.SidePx, Strips);
        var from = 0;
        foreach (var strip in strips)
        {
            ToNetwork(strip, image, from);
            from += strip.Length / ImagePreprocessing.Channels;
        }
    }

    /// <summary>
    /// The pixels, RGB bytes from top to bottom, computed in this thread alone: for small pictures a thread of libvips, which
    /// would be woken for each line, costs as much as the work.
    /// </summary>
    private static List<byte[]> Strips(Image image)
    {
        using var region = Region.New(image);
        var (width, height) = (image.Width, image.Height);
        var rows = Math.Max(1, StripBytes / (width * ImagePreprocessing.Channels));
        var strips = new List<byte[]>();
        for (var top = 0; top < height; top += rows)
        {
            strips.Add(region.Fetch(0, top, width, Math.Min(rows, height - top)));
        }
        return strips;
    }

    /// <summary>Turns RGB bytes into a part of the planes [3, S, S], from the given pixel on.</summary>
    private static void ToNetwork(byte[] rgb, Span<float> image, int from)
    {
        var planeLength = image.Length / ImagePreprocessing.Channels;
        var pixels = rgb.Length / ImagePreprocessing.Channels;
        var red = image.Slice(from, pixels);
        var green = image.Slice(planeLength + from, pixels);
        var blue = image.Slice((2 * planeLength) + from, pixels);
        for (var (at, i) = (0, 0); i < pixels; i++, at += ImagePreprocessing.Channels)
        {
            red[i] = NetworkInputs[rgb[at]];
            green[i] = NetworkInputs[rgb[at + 1]];
            blue[i] = NetworkInputs[rgb[at + 2]];
        }
    }

    /// <summary>Hands on a picture of exactly width × height, upright 8-bit sRGB on white, whose pixels are computed when asked for.</summary>
    private static T Resized<T>(EncodedImage file, Image header, int widthPx, int heightPx, Func<Image, T> use)
    {
        // Asked for where there is nothing to convert from, the profile doubles the cost.
        var profile = header.Contains(ProfileField) ? "srgb" : null;
        try
        {
            if (!CanShrinkOnLoad(header, widthPx, heightPx))
            {
                using var same = OnWhite(header.ThumbnailImage(widthPx, heightPx, Enums.Size.Force, outputProfile: profile));
                return use(same);
            }
            using var source = file.OpenSource();
            // The option string and not the parameter fail_on: libvips ignores the latter for sources.
            using var smaller = OnWhite(Image.ThumbnailSource(source, widthPx, FailOnDamage, heightPx, Enums.Size.Force, outputProfile: profile, failOn: Enums.FailOn.Error));
            return use(smaller);
        }
        catch (VipsException error)
        {
            throw Damaged(error);
        }
    }

    private static T Stretched<T>(EncodedImage file, int widthPx, int heightPx, Func<Image, T> use)
    {
        try
        {
            using var source = file.OpenSource();
            // Read twice: once for the range, once for the picture.
            using var whole = Image.NewFromSource(source, FailOnDamage, Enums.Access.Random, Enums.FailOn.Error);
            using var grey = DeepGrey.Stretched(whole);
            using var smaller = OnWhite(grey.ThumbnailImage(widthPx, heightPx, Enums.Size.Force));
            return use(smaller);
        }
        catch (VipsException error)
        {
            throw Damaged(error);
        }
    }

    /// <summary>Some formats decode at half the size or less for little; the file must be opened anew for that.</summary>
    private static bool CanShrinkOnLoad(Image header, int widthPx, int heightPx) =>
        Math.Min(header.Width, header.Height) >= 2 * Math.Min(widthPx, heightPx);

    /// <summary>Takes over the given picture and applies its colour profile. Thumbnails have that behind them.</summary>
    private static Image ToSrgb(Image image) => image.Contains(ProfileField)
        ? Replace(image, image.IccTransform("srgb", embedded: true, depth: 8))
        : image;

    /// <summary>Takes over the given picture and gives 8-bit sRGB with three bands.</summary>
    private static Image OnWhite(Image image)
    {
        if (image.Interpretation != Enums.Interpretation.Srgb || image.Bands < ImagePreprocessing.Channels)
        {
            image = Replace(image, image.Colourspace(Enums.Interpretation.Srgb));
        }
        if (image.HasAlpha())
        {
            image = Replace(image, image.Flatten(White));
        }
        if (image.Format != Enums.BandFormat.Uchar)
        {
            image = Replace(image, image.Cast(Enums.BandFormat.Uchar));
        }
        return image.Bands == ImagePreprocessing.Channels
            ? image
            : Replace(image, image.ExtractBand(0, n: ImagePreprocessing.Channels));
    }

    private static Image Replace(Image old, Image next)
    {
        old.Dispose();
        return next;
    }

    private static Image OpenHeader(EncodedImage file, Source source, ImageLimits limits, out ImageFormat format)
    {
        if (file.Length > limits.MaxBytes)
        {
            throw new ImageRefusedException(string.Create(CultureInfo.InvariantCulture, $"The file has {file.Length / 1048576.0:0.#} MB and the limit is {limits.MaxBytes / 1048576.0:0.#} MB. Save it smaller, for example as JPEG."));
        }
        Image header;
        try
        {
            header = Image.NewFromSource(source, FailOnDamage, Enums.Access.Sequential, Enums.FailOn.Error);
        }
        catch (VipsException error)
        {
            throw new ImageRefusedException(ImageFormat.Refusal(file.Start()), error);
        }
        try
        {
            format = CheckHeader(header, limits);
            return header;
        }
        catch
        {
            header.Dispose();
            throw;
        }
    }

    private static ImageFormat CheckHeader(Image header, ImageLimits limits)
    {
        var format = ImageFormat.OfLoader((string)header.Get("vips-loader"));
        if (format is null || (format.Name == "avif" && header.Get("heif-compression") is not "av1"))
        {
            throw new ImageRefusedException($"The picture's format is not supported (HEIC, for example, cannot be read). Convert it to {ImageFormat.Accepted}.");
        }
        var pixels = (long)header.Width * header.Height;
        var most = header.Contains("interlaced") ? Math.Min(limits.MaxPixels, limits.MaxInterlacedPixels) : limits.MaxPixels;
        return pixels <= most
            ? format
            : throw new ImageRefusedException(string.Create(CultureInfo.InvariantCulture, $"The picture has {header.Width} × {header.Height} pixels and the limit is {most / 1_000_000} megapixels. Save it at a smaller size."));
    }

    private static (int WidthPx, int HeightPx) UprightSize(Image header)
    {
        var orientation = header.Contains("orientation") ? Convert.ToInt32(header.Get("orientation"), CultureInfo.InvariantCulture) : 1;
        return orientation is >= OrientationFirstTurned and <= OrientationLast ? (header.Height, header.Width) : (header.Width, header.Height);
    }

    private static int SideAt(int sidePx, double scale) => Math.Max(1, (int)Math.Round(sidePx * scale));

    private static ImageRefusedException Damaged(VipsException error) =>
        new("The picture is damaged: its data ends early or cannot be decoded. Export or copy it again from the original.", error);
}
