using System.Numerics;
using NetVips;
using static LabelStudio.Learning.Imaging.DrawnThings;

namespace LabelStudio.Learning.Imaging;

/// <summary>
/// Draws the pictures of the sample project: six kinds of things, most of them easy and some hard (small, turned, noisy,
/// pale, half hidden, before the wrong background). The same number always gives the same bytes. Thread-safe.
/// </summary>
public static class SampleDrawings
{
    private const int WidthPx = 320, HeightPx = 256;
    private const int JpegQuality = 88;

    private static readonly Action<DrawingPen, Random>[] Things = [Boat, Fish, House, Tree, Balloon, Butterfly];

    /// <summary>What the six kinds show, in English.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["Boat", "Fish", "House", "Tree", "Balloon", "Butterfly"];

    /// <summary>Draws one picture.</summary>
    /// <param name="kind">Place in <see cref="Kinds"/>.</param>
    /// <param name="number">Which one of its kind, from 0; every fourth or so is hard.</param>
    /// <returns>A JPEG file's bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static byte[] Draw(int kind, int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(kind);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(kind, Things.Length);
        var random = new Random(HashCode(kind, number));
        var canvas = new DrawingCanvas(WidthPx, HeightPx);
        var hardship = random.Next(4) == 0 ? random.Next(1, 7) : 0;
        // Things stand where one expects them, more often than not: a learner must look at the thing and not at what is behind it.
        var scene = hardship == 1 || random.Next(3) == 0 ? random.Next(DrawnScenes.Count) : UsualScene(kind);
        DrawnScenes.Paint(canvas, scene, random);
        Things[kind](new DrawingPen(canvas, Placement(random, hardship)), random);
        Spoil(canvas, random, hardship);
        using var image = Image.NewFromMemory(canvas.ToBytes(), WidthPx, HeightPx, bands: 3, Enums.BandFormat.Uchar);
        using var srgb = image.Copy(interpretation: Enums.Interpretation.Srgb);
        return srgb.JpegsaveBuffer(q: JpegQuality, keep: Enums.ForeignKeep.None);
    }

    private static int UsualScene(int kind) => kind switch
    {
        0 => 0,
        1 => 1,
        2 or 3 or 5 => 2,
        _ => 3,
    };

    private static Matrix3x2 Placement(Random random, int hardship)
    {
        var size = HeightPx * (hardship == 2 ? Between(random, 0.06f, 0.1f) : Between(random, 0.26f, 0.44f));
        var turn = hardship == 3 ? Between(random, 0.6f, MathF.Tau - 0.6f) : Between(random, -0.16f, 0.16f);
        var mirrored = random.Next(2) == 0 ? -1 : 1;
        var margin = hardship == 4 ? 0.05f : 0.3f;
        return Matrix3x2.CreateScale(size * mirrored, size)
            * Matrix3x2.CreateRotation(turn)
            * Matrix3x2.CreateTranslation(
                WidthPx * Between(random, margin, 1 - margin), HeightPx * Between(random, margin + 0.1f, 0.9f - margin));
    }

    private static void Spoil(DrawingCanvas canvas, Random random, int hardship)
    {
        switch (hardship)
        {
            case 4:
            case 5:
                DrawnScenes.Clutter(canvas, random);
                break;
            case 6:
                DrawnScenes.Fade(canvas, random);
                break;
        }
        DrawnScenes.Noise(canvas, random, hardship is 1 or 6 ? Between(random, 0.1f, 0.25f) : 0.015f);
    }

    /// <summary>A fixed mix: <see cref="System.HashCode"/> gives other numbers in every process.</summary>
    private static int HashCode(int kind, int number) => unchecked((kind + 1) * 1_000_003 + number * 7919);
}
