using System.Numerics;

namespace LabelStudio.Learning.Imaging;

/// <summary>How the things of the sample pictures look; each call draws another one of its kind.</summary>
internal static class DrawnThings
{
    private static readonly Vector3 Dark = new(0.13f, 0.12f, 0.14f);
    private static readonly Vector3 Wood = new(0.45f, 0.29f, 0.16f);
    private static readonly Vector3 Cream = new(0.96f, 0.93f, 0.85f);

    public static void Boat(DrawingPen pen, Random random)
    {
        var hull = Vivid(random);
        var sail = random.Next(3) == 0 ? Vivid(random) : Cream * Between(random, 0.88f, 1f);
        var lean = Between(random, -0.08f, 0.08f);
        pen.Line(Wood, 0.05f, new(lean * 0.2f, 0.35f), new(lean, -0.95f));
        pen.Polygon(sail, new(lean + 0.05f, -0.9f), new(Between(random, 0.55f, 0.8f), 0.25f), new(0.05f, 0.25f));
        if (random.Next(4) > 0)
        {
            pen.Polygon(sail * 0.92f, new(lean - 0.05f, -0.75f), new(Between(random, -0.7f, -0.45f), 0.25f), new(-0.05f, 0.25f));
        }
        pen.Polygon(hull, new(-0.85f, 0.36f), new(0.9f, 0.36f), new(0.55f, 0.72f), new(-0.55f, 0.72f));
        pen.Polygon(hull * 0.6f, new(-0.83f, 0.4f), new(0.87f, 0.4f), new(0.82f, 0.46f), new(-0.78f, 0.46f));
        if (random.Next(2) == 0)
        {
            pen.Polygon(Vivid(random), new(lean, -0.95f), new(lean + 0.25f, -0.88f), new(lean, -0.8f));
        }
    }

    public static void Fish(DrawingPen pen, Random random)
    {
        var body = Vivid(random);
        var height = Between(random, 0.3f, 0.5f);
        pen.Polygon(body * 0.85f, new(-0.45f, 0), new(-0.95f, -0.42f), new(-0.82f, 0), new(-0.95f, 0.42f));
        pen.Polygon(body * 0.8f, new(-0.3f, -height * 0.7f), new(0.25f, -height - 0.22f), new(0.35f, -height * 0.6f));
        pen.Ellipse(body, 0.1f, 0, 0.68f, height);
        var stripes = random.Next(4);
        for (var i = 0; i < stripes; i++)
        {
            var x = -0.2f + i * 0.22f;
            pen.Ellipse(Vector3.Lerp(body, Cream, 0.7f), x, 0, 0.05f, height * MathF.Sqrt(1 - MathF.Pow((x - 0.1f) / 0.68f, 2)) * 0.92f);
        }
        pen.Polygon(body * 0.7f, new(0.05f, 0.05f), new(-0.2f, height * 0.75f), new(0.25f, 0.2f));
        pen.Ellipse(Cream, 0.5f, -height * 0.25f, 0.09f, 0.09f);
        pen.Ellipse(Dark, 0.52f, -height * 0.25f, 0.045f, 0.045f);
        pen.Line(Dark, 0.025f, new(0.74f, height * 0.16f), new(0.6f, height * 0.3f));
    }

    public static void House(DrawingPen pen, Random random)
    {
        var wall = random.Next(2) == 0 ? Vector3.Lerp(Vivid(random), Cream, 0.55f) : Cream * Between(random, 0.8f, 1f);
        var roof = Vector3.Lerp(Vivid(random), new(0.5f, 0.2f, 0.15f), 0.6f);
        var width = Between(random, 0.55f, 0.8f);
        var eaves = Between(random, -0.25f, -0.05f);
        if (random.Next(3) > 0)
        {
            pen.Rectangle(roof * 0.75f, width * 0.4f, -0.85f, width * 0.4f + 0.16f, eaves);
        }
        pen.Rectangle(wall, -width, eaves, width, 0.8f);
        pen.Polygon(roof, new(-width - 0.15f, eaves), new(Between(random, -0.15f, 0.15f), -0.9f), new(width + 0.15f, eaves));
        var door = Between(random, -0.3f, 0.15f);
        pen.Rectangle(Vivid(random) * 0.7f, door, 0.25f, door + 0.24f, 0.8f);
        pen.Ellipse(Cream, door + 0.2f, 0.55f, 0.025f, 0.025f);
        foreach (var x in new[] { -width + 0.12f, width - 0.34f })
        {
            pen.Rectangle(Cream, x - 0.02f, eaves + 0.13f, x + 0.24f, eaves + 0.39f);
            pen.Rectangle(new(0.5f, 0.72f, 0.86f), x, eaves + 0.15f, x + 0.22f, eaves + 0.37f);
            pen.Line(Cream, 0.025f, new(x + 0.11f, eaves + 0.15f), new(x + 0.11f, eaves + 0.37f));
        }
    }

    public static void Tree(DrawingPen pen, Random random)
    {
        var leaves = new Vector3(Between(random, 0.1f, 0.45f), Between(random, 0.4f, 0.65f), Between(random, 0.08f, 0.25f));
        if (random.Next(4) == 0)
        {
            leaves = new(Between(random, 0.75f, 0.9f), Between(random, 0.35f, 0.6f), 0.12f);
        }
        pen.Polygon(Wood, new(-0.09f, 0.9f), new(-0.06f, -0.1f), new(0.06f, -0.1f), new(0.1f, 0.9f));
        if (random.Next(2) == 0)
        {
            var tiers = random.Next(3, 5);
            for (var tier = 0; tier < tiers; tier++)
            {
                var top = -0.95f + tier * 0.36f;
                var width = 0.3f + tier * 0.14f;
                pen.Polygon(leaves * (1 - tier * 0.06f), new(0, top), new(width, top + 0.6f), new(-width, top + 0.6f));
            }
            return;
        }
        for (var i = 0; i < 9; i++)
        {
            var angle = i * MathF.Tau / 9;
            var radius = Between(random, 0.26f, 0.38f);
            pen.Ellipse(leaves * Between(random, 0.85f, 1.1f), MathF.Cos(angle) * 0.34f, -0.38f + MathF.Sin(angle) * 0.28f, radius, radius);
        }
        pen.Ellipse(leaves * 1.1f, -0.08f, -0.48f, 0.36f, 0.32f);
    }

    public static void Balloon(DrawingPen pen, Random random)
    {
        var (one, two) = (Vivid(random), random.Next(2) == 0 ? Cream : Vivid(random));
        foreach (var x in new[] { -0.3f, -0.1f, 0.1f, 0.3f })
        {
            pen.Line(Dark, 0.018f, new(x, 0.25f), new(x * 0.5f, 0.72f));
        }
        pen.Polygon(one * 0.8f, new(-0.55f, 0.08f), new(0.55f, 0.08f), new(0.17f, 0.48f), new(-0.17f, 0.48f));
        pen.Ellipse(one, 0, -0.3f, 0.66f, 0.64f);
        var gores = random.Next(2, 5);
        for (var i = 0; i < gores; i++)
        {
            var share = (gores - i - 0.5f) / gores;
            pen.Ellipse(i % 2 == 0 ? two : one, 0, -0.3f, 0.66f * share, 0.635f);
        }
        pen.Rectangle(Wood, -0.17f, 0.7f, 0.17f, 0.95f);
        pen.Line(Wood * 0.6f, 0.03f, new(-0.18f, 0.71f), new(0.18f, 0.71f));
    }

    public static void Butterfly(DrawingPen pen, Random random)
    {
        var (wing, spot) = (Vivid(random), random.Next(2) == 0 ? Cream : Vivid(random));
        var open = Between(random, 0.75f, 1.05f);
        foreach (var side in new[] { -1, 1 })
        {
            pen.Ellipse(Dark, side * 0.42f * open, -0.32f, 0.46f * open, 0.36f, side * -0.6f);
            pen.Ellipse(wing, side * 0.42f * open, -0.32f, 0.4f * open, 0.3f, side * -0.6f);
            pen.Ellipse(Dark, side * 0.33f * open, 0.34f, 0.33f * open, 0.3f, side * 0.7f);
            pen.Ellipse(wing * 0.85f, side * 0.33f * open, 0.34f, 0.28f * open, 0.25f, side * 0.7f);
            pen.Ellipse(spot, side * 0.55f * open, -0.42f, 0.12f, 0.1f);
            pen.Ellipse(spot, side * 0.37f * open, 0.4f, 0.09f, 0.09f);
            pen.Line(Dark, 0.025f, new(side * 0.02f, -0.45f), new(side * 0.25f, -0.88f));
            pen.Ellipse(Dark, side * 0.25f, -0.88f, 0.035f, 0.035f);
        }
        pen.Ellipse(Dark, 0, 0, 0.065f, 0.52f);
        pen.Ellipse(Dark, 0, -0.5f, 0.09f, 0.09f);
    }

    internal static float Between(Random random, float low, float high) => low + (high - low) * random.NextSingle();

    /// <summary>A saturated colour of any hue.</summary>
    internal static Vector3 Vivid(Random random)
    {
        var hue = random.NextSingle() * 6;
        var value = Between(random, 0.6f, 0.95f);
        var low = value * Between(random, 0.1f, 0.45f);
        var middle = low + (value - low) * (1 - MathF.Abs(hue % 2 - 1));
        return (int)hue switch
        {
            0 => new(value, middle, low),
            1 => new(middle, value, low),
            2 => new(low, value, middle),
            3 => new(low, middle, value),
            4 => new(middle, low, value),
            _ => new(value, low, middle),
        };
    }
}
