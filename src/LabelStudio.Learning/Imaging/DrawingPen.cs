using System.Numerics;

namespace LabelStudio.Learning.Imaging;

/// <summary>
/// Draws shapes in the coordinates of a thing: x to the right and y down from its middle, 1 to its edge. The thing as a
/// whole is turned, scaled and moved on the canvas.
/// </summary>
internal sealed class DrawingPen(DrawingCanvas canvas, Matrix3x2 placement)
{
    private const int RoundPoints = 44;

    public void Polygon(Vector3 colour, params ReadOnlySpan<Vector2> points)
    {
        var placed = new Vector2[points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            placed[i] = Vector2.Transform(points[i], placement);
        }
        // Light from above: a flat fill looks like paper.
        canvas.Fill(placed, colour * 1.1f, colour * 0.84f);
    }

    public void Rectangle(Vector3 colour, float left, float top, float right, float bottom) =>
        Polygon(colour, new(left, top), new(right, top), new(right, bottom), new(left, bottom));

    public void Ellipse(Vector3 colour, float x, float y, float radiusX, float radiusY, float turn = 0) =>
        Polygon(colour, Round(x, y, radiusX, radiusY, turn));

    public void Line(Vector3 colour, float width, Vector2 from, Vector2 to)
    {
        var across = Vector2.Normalize(new Vector2(to.Y - from.Y, from.X - to.X)) * width / 2;
        Polygon(colour, from + across, to + across, to - across, from - across);
    }

    private static Vector2[] Round(float x, float y, float radiusX, float radiusY, float turn)
    {
        var points = new Vector2[RoundPoints];
        var rotation = Matrix3x2.CreateRotation(turn);
        for (var i = 0; i < RoundPoints; i++)
        {
            var angle = MathF.Tau * i / (RoundPoints - 1);
            points[i] = new Vector2(x, y) + Vector2.Transform(new Vector2(MathF.Cos(angle) * radiusX, MathF.Sin(angle) * radiusY), rotation);
        }
        return points;
    }
}
