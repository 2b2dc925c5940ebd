using NetVips;

namespace LabelStudio.Pipeline.Tests.Review;

/// <summary>Pictures of seeded blocks of brightness, unlike each other at first sight.</summary>
internal static class TestPictures
{
    private const int SidePx = 64, BlockPx = 8;

    public static byte[] Draw(int seed)
    {
        var random = new Random(seed + 100);
        var blocks = Enumerable.Range(0, SidePx * SidePx / (BlockPx * BlockPx)).Select(_ => (byte)random.Next(256)).ToArray();
        var pixels = new byte[SidePx * SidePx];
        for (var pixel = 0; pixel < pixels.Length; pixel++)
        {
            pixels[pixel] = blocks[(pixel / SidePx / BlockPx * (SidePx / BlockPx)) + (pixel % SidePx / BlockPx)];
        }

        using var picture = Image.NewFromMemory(pixels, SidePx, SidePx, 1, Enums.BandFormat.Uchar);
        return picture.PngsaveBuffer();
    }
}
