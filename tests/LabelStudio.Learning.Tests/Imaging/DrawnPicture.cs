using NetVips;

namespace LabelStudio.Learning.Tests.Imaging;

/// <summary>Small pictures drawn for the tests: a left and a right half of one colour each.</summary>
internal static class DrawnPicture
{
    internal static readonly double[] Red = [200, 30, 40], Blue = [40, 70, 205];

    /// <summary>The caller owns the picture.</summary>
    internal static Image Halves(int width, int height, double[] left, double[] right)
    {
        using var black = Image.Black(width, height, bands: left.Length);
        using var coloured = black + left;
        using var typed = coloured.Cast(Enums.BandFormat.Uchar);
        using var srgb = typed.Copy(interpretation: Enums.Interpretation.Srgb);
        return srgb.Mutate(image => image.DrawRect(right, width / 2, 0, width - width / 2, height, fill: true));
    }

    internal static byte[] Jpeg(int width = 64, int height = 32, int orientation = 1, bool interlace = false)
    {
        using var image = Halves(width, height, Red, Blue);
        using var tagged = image.Mutate(header => header.Set(GValue.GIntType, "orientation", orientation));
        return tagged.JpegsaveBuffer(q: 95, interlace: interlace);
    }

    /// <summary>A picture whose pixels do not compress, so that cutting its file always cuts pixels off.</summary>
    internal static byte[] Noise(string suffix)
    {
        using var noise = Image.Gaussnoise(96, 96, sigma: 40, mean: 128, seed: 1);
        using var grey = noise.Cast(Enums.BandFormat.Uchar);
        using var image = grey.Bandjoin(grey, grey);
        using var srgb = image.Copy(interpretation: Enums.Interpretation.Srgb);
        return srgb.WriteToBuffer(suffix);
    }
}
