using System.Numerics;
using LabelStudio.Learning.Imaging;

namespace LabelStudio.Learning.Duplicates;

/// <summary>
/// 64 bits that stay nearly the same when a picture is saved again, resized or made brighter: whether each of 64 low
/// frequencies of its 32 × 32 grey version is above their median. The mean brightness takes no part.
/// </summary>
/// <param name="Bits">The 64 bits.</param>
public readonly record struct PerceptualHash(ulong Bits)
{
    private const int SidePx = 32;
    private const int Frequencies = 8;

    /// <summary>Luma of red, green and blue by ITU-R BT.601.</summary>
    private const float Red = 0.299f, Green = 0.587f, Blue = 0.114f;

    /// <summary>cos(π (2x + 1) u / 64) for u = 1 … 8: the constant frequency 0 is left out.</summary>
    private static readonly float[] Cosines = MakeCosines();

    /// <summary>Hashes a stored picture. A few milliseconds, as libvips decodes large pictures at a reduced size. Thread-safe.</summary>
    /// <exception cref="ImageRefusedException">No picture, not supported, too large or damaged.</exception>
    public static PerceptualHash Of(string path)
    {
        var preprocessing = new ImagePreprocessing(SidePx);
        var image = new float[preprocessing.Length];
        ImageDecoder.DecodeInto(path, preprocessing, image);
        return Of(image);
    }

    /// <summary>Hashes a prepared picture, float32 [3, 32, 32].</summary>
    /// <exception cref="ArgumentException">The picture has another size.</exception>
    public static PerceptualHash Of(ReadOnlySpan<float> image)
    {
        const int plane = SidePx * SidePx;
        if (image.Length != ImagePreprocessing.Channels * plane)
        {
            throw new ArgumentException($"A picture of {image.Length} floats is not one of 3 × {SidePx} × {SidePx}.", nameof(image));
        }

        var grey = new float[plane];
        for (var pixel = 0; pixel < plane; pixel++)
        {
            grey[pixel] = (Red * image[pixel]) + (Green * image[plane + pixel]) + (Blue * image[(2 * plane) + pixel]);
        }

        var spectrum = Spectrum(grey);
        var sorted = spectrum.ToArray();
        Array.Sort(sorted);
        var median = (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        var bits = 0UL;
        for (var frequency = 0; frequency < spectrum.Length; frequency++)
        {
            bits |= spectrum[frequency] > median ? 1UL << frequency : 0;
        }

        return new(bits);
    }

    /// <summary>Number of differing bits, 0 to 64; about 32 for unrelated pictures.</summary>
    public int DistanceTo(PerceptualHash other) => BitOperations.PopCount(Bits ^ other.Bits);

    /// <summary>The lowest 8 × 8 frequencies of the discrete cosine transform (II), without scale.</summary>
    private static float[] Spectrum(float[] grey)
    {
        var rows = new float[SidePx * Frequencies]; // [y, u]
        for (var y = 0; y < SidePx; y++)
        {
            for (var u = 0; u < Frequencies; u++)
            {
                var sum = 0f;
                for (var x = 0; x < SidePx; x++)
                {
                    sum += grey[(y * SidePx) + x] * Cosines[(u * SidePx) + x];
                }

                rows[(y * Frequencies) + u] = sum;
            }
        }

        var spectrum = new float[Frequencies * Frequencies]; // [v, u]
        for (var v = 0; v < Frequencies; v++)
        {
            for (var u = 0; u < Frequencies; u++)
            {
                var sum = 0f;
                for (var y = 0; y < SidePx; y++)
                {
                    sum += rows[(y * Frequencies) + u] * Cosines[(v * SidePx) + y];
                }

                spectrum[(v * Frequencies) + u] = sum;
            }
        }

        return spectrum;
    }

    private static float[] MakeCosines()
    {
        var cosines = new float[Frequencies * SidePx];
        for (var u = 0; u < Frequencies; u++)
        {
            for (var x = 0; x < SidePx; x++)
            {
                cosines[(u * SidePx) + x] = MathF.Cos(MathF.PI * ((2 * x) + 1) * (u + 1) / (2 * SidePx));
            }
        }

        return cosines;
    }
}
