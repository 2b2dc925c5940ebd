using System.Numerics;
using static LabelStudio.Learning.Imaging.DrawnThings;

namespace LabelStudio.Learning.Imaging;

/// <summary>What lies behind the things, and what makes some pictures hard.</summary>
internal static class DrawnScenes
{
    public const int Count = 5;

    private static readonly Vector3 White = Vector3.One;

    /// <summary>Sea, water, meadow, sky with clouds, or a plain wall.</summary>
    public static void Paint(DrawingCanvas canvas, int scene, Random random)
    {
        var sky = new Vector3(Between(random, 0.45f, 0.72f), Between(random, 0.68f, 0.84f), Between(random, 0.88f, 0.98f));
        var horizon = canvas.HeightPx * Between(random, 0.5f, 0.68f);
        switch (scene)
        {
            case 0:
                Gradient(canvas, sky, White * 0.94f, 0, horizon);
                Gradient(canvas, new(0.2f, 0.45f, 0.62f), new(0.06f, 0.22f, 0.4f), horizon, canvas.HeightPx);
                Scatter(canvas, random, 26, horizon + 6, canvas.HeightPx, new(0.55f, 0.75f, 0.85f), 16, 1.2f, 0.5f);
                break;
            case 1:
                Gradient(canvas, new(0.25f, 0.66f, 0.75f), new(0.02f, 0.2f, 0.36f), 0, canvas.HeightPx);
                Scatter(canvas, random, 14, 0, canvas.HeightPx, White, 4, 4, 0.35f);
                Scatter(canvas, random, 9, canvas.HeightPx * 0.8f, canvas.HeightPx, new(0.1f, 0.45f, 0.25f), 5, 34, 0.7f);
                break;
            case 2:
                Gradient(canvas, sky, White * 0.96f, 0, horizon);
                Gradient(canvas, new(0.5f, 0.7f, 0.3f), new(0.25f, 0.45f, 0.15f), horizon, canvas.HeightPx);
                Scatter(canvas, random, 3, horizon - 4, horizon + 8, new(0.4f, 0.6f, 0.32f), 90, 26, 0.6f);
                Scatter(canvas, random, 30, horizon + 8, canvas.HeightPx, Vivid(random), 2.6f, 2.6f, 0.8f);
                break;
            case 3:
                Gradient(canvas, sky * 0.85f, Vector3.Lerp(sky, White, 0.6f), 0, canvas.HeightPx);
                Scatter(canvas, random, 12, 0, canvas.HeightPx, White, 44, 13, 0.55f);
                break;
            default:
                var wall = Vector3.Lerp(Vivid(random), White * 0.8f, 0.6f);
                Gradient(canvas, wall * 1.05f, wall * 0.85f, 0, canvas.HeightPx);
                Scatter(canvas, random, 10, 0, canvas.HeightPx, wall * 0.8f, 30, 2, 0.35f);
                break;
        }
    }

    /// <summary>Leaves, stones or specks in front of the thing.</summary>
    public static void Clutter(DrawingCanvas canvas, Random random)
    {
        for (var i = random.Next(6, 12); i > 0; i--)
        {
            Scatter(canvas, random, 1, 0, canvas.HeightPx, Vivid(random), Between(random, 8, 30), Between(random, 4, 18), 0.95f);
        }
    }

    /// <summary>Pulls all colours towards grey: fog, or a lamp too few.</summary>
    public static void Fade(DrawingCanvas canvas, Random random)
    {
        var (fog, left) = (White * Between(random, 0.2f, 0.75f), Between(random, 0.1f, 0.25f));
        for (var i = 0; i < canvas.Pixels.Length; i++)
        {
            canvas.Pixels[i] = Vector3.Lerp(fog, canvas.Pixels[i], left);
        }
    }

    public static void Noise(DrawingCanvas canvas, Random random, float strength)
    {
        for (var i = 0; i < canvas.Pixels.Length; i++)
        {
            canvas.Pixels[i] += new Vector3(Bell(random), Bell(random), Bell(random)) * strength;
        }
    }

    /// <summary>Near enough to a normal variable of deviation 1.</summary>
    private static float Bell(Random random) => (random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f) * 2;

    private static void Gradient(DrawingCanvas canvas, Vector3 from, Vector3 to, float top, float bottom) => canvas.Fill(
        [new(0, top), new(canvas.WidthPx, top), new(canvas.WidthPx, bottom), new(0, bottom)], from, to);

    private static void Scatter(
        DrawingCanvas canvas, Random random, int count, float top, float bottom, Vector3 colour, float radiusX, float radiusY, float opacity)
    {
        const int points = 18;
        Span<Vector2> blob = stackalloc Vector2[points];
        for (var i = 0; i < count; i++)
        {
            var middle = new Vector2(random.NextSingle() * canvas.WidthPx, Between(random, top, bottom));
            var size = Between(random, 0.5f, 1.5f);
            for (var point = 0; point < points; point++)
            {
                var (sine, cosine) = MathF.SinCos(point * MathF.Tau / points);
                blob[point] = middle + new Vector2(cosine * radiusX, sine * radiusY) * size;
            }
            canvas.Fill(blob, colour, colour * 0.92f, opacity);
        }
    }
}
