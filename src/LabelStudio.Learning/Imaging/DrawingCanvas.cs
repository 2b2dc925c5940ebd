using System.Numerics;

namespace LabelStudio.Learning.Imaging;

/// <summary>
/// A picture in memory that polygons are filled into with smooth edges: four scan lines to a pixel row, and the exact
/// share of each pixel that a span covers.
/// </summary>
internal sealed class DrawingCanvas(int widthPx, int heightPx)
{
    private const int ScansPerRow = 4;

    private readonly float[] _coverage = new float[widthPx];

    public int WidthPx { get; } = widthPx;

    public int HeightPx { get; } = heightPx;

    /// <summary>Colours from 0 to 1, row by row.</summary>
    public Vector3[] Pixels { get; } = new Vector3[widthPx * heightPx];

    /// <summary>Fills a polygon, even-odd, with a colour that runs from its top to its bottom.</summary>
    public void Fill(ReadOnlySpan<Vector2> polygon, Vector3 top, Vector3 bottom, float opacity = 1)
    {
        var (first, last) = (float.MaxValue, float.MinValue);
        foreach (var point in polygon)
        {
            (first, last) = (Math.Min(first, point.Y), Math.Max(last, point.Y));
        }
        var firstRow = Math.Max(0, (int)MathF.Floor(first));
        var lastRow = Math.Min(HeightPx - 1, (int)MathF.Ceiling(last));
        Span<float> crossings = stackalloc float[polygon.Length];
        for (var row = firstRow; row <= lastRow; row++)
        {
            Array.Clear(_coverage);
            for (var scan = 0; scan < ScansPerRow; scan++)
            {
                var y = row + (scan + 0.5f) / ScansPerRow;
                var count = Cross(polygon, y, crossings);
                crossings[..count].Sort();
                for (var i = 0; i + 1 < count; i += 2)
                {
                    Cover(crossings[i], crossings[i + 1]);
                }
            }
            var colour = Vector3.Lerp(top, bottom, Math.Clamp((row - first) / Math.Max(1, last - first), 0, 1));
            Blend(row, colour, opacity);
        }
    }

    /// <summary>The pixels as bytes, [height, width, 3], RGB.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Pixels.Length * 3];
        for (var i = 0; i < Pixels.Length; i++)
        {
            var pixel = Vector3.Clamp(Pixels[i], Vector3.Zero, Vector3.One) * 255;
            bytes[i * 3] = (byte)MathF.Round(pixel.X);
            bytes[i * 3 + 1] = (byte)MathF.Round(pixel.Y);
            bytes[i * 3 + 2] = (byte)MathF.Round(pixel.Z);
        }
        return bytes;
    }

    private static int Cross(ReadOnlySpan<Vector2> polygon, float y, Span<float> crossings)
    {
        var count = 0;
        var from = polygon[^1];
        foreach (var to in polygon)
        {
            if (from.Y <= y != to.Y <= y)
            {
                crossings[count++] = from.X + (y - from.Y) / (to.Y - from.Y) * (to.X - from.X);
            }
            from = to;
        }
        return count;
    }

    private void Cover(float left, float right)
    {
        left = Math.Max(0, left);
        right = Math.Min(WidthPx, right);
        for (var column = (int)left; column < right; column++)
        {
            _coverage[column] += (Math.Min(right, column + 1) - Math.Max(left, column)) / ScansPerRow;
        }
    }

    private void Blend(int row, Vector3 colour, float opacity)
    {
        for (var column = 0; column < WidthPx; column++)
        {
            if (_coverage[column] > 0)
            {
                ref var pixel = ref Pixels[row * WidthPx + column];
                pixel = Vector3.Lerp(pixel, colour, Math.Min(1, _coverage[column]) * opacity);
            }
        }
    }
}
