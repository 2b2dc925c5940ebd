using NetVips;

namespace LabelStudio.Learning.Imaging;

/// <summary>
/// Grey pictures of more than 8 bits, as microscopes and X-ray plates give them: most use a small part of the range, and would
/// be black to the eye.
/// </summary>
internal static class DeepGrey
{
    /// <summary>So much of the darkest and of the brightest pixels may be cut off, so that a few hot ones do not decide.</summary>
    private const double CutFraction = 0.005;

    public static bool Is(Image image) => image.Interpretation == Enums.Interpretation.Grey16 && image.Format == Enums.BandFormat.Ushort;

    /// <summary>Spreads the range that the picture uses over 8 bits; transparency is left out. For the eye only.</summary>
    public static Image Stretched(Image image)
    {
        using var grey = image.ExtractBand(0);
        var (low, high) = Range(grey);
        using var shifted = grey - low;
        using var spread = shifted * (byte.MaxValue / Math.Max(1.0, high - low));
        using var bytes = spread.Cast(Enums.BandFormat.Uchar);
        return bytes.Copy(interpretation: Enums.Interpretation.Bw);
    }

    private static (int Low, int High) Range(Image grey)
    {
        using var histogram = grey.HistFind();
        var counts = histogram.WriteToMemory<uint>();
        var cut = CutFraction * grey.Width * grey.Height;
        var (low, high) = (0, counts.Length - 1);
        for (var below = 0.0; low < high && below + counts[low] <= cut; low++)
        {
            below += counts[low];
        }

        for (var above = 0.0; high > low && above + counts[high] <= cut; high--)
        {
            above += counts[high];
        }

        return (low, high);
    }
}
