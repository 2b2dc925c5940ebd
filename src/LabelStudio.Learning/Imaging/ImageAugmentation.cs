namespace LabelStudio.Learning.Imaging;

/// <summary>Changed copies of prepared pictures, float32 [3, S, S], for training only.</summary>
internal static class ImageAugmentation
{
    // Szegedy and others 2015, "Going deeper with convolutions", section 6: part of the area and shape of a random crop. From
    // a quarter of the area on and not from 8 %: labelled photographs show the thing whole, and a scrap of it may be anything.
    private const double SmallestArea = 0.25, WidestShape = 4.0 / 3;

    /// <summary>Swaps left and right.</summary>
    internal static void Mirror(ReadOnlySpan<float> image, int sidePx, Span<float> mirrored)
    {
        for (var row = 0; row < image.Length; row += sidePx)
        {
            image.Slice(row, sidePx).CopyTo(mirrored[row..]);
            mirrored.Slice(row, sidePx).Reverse();
        }
    }

    /// <summary>Cuts a random part out of a larger picture and resizes it, bilinearly, perhaps mirrored.</summary>
    /// <param name="source">float32 [3, sourceSidePx, sourceSidePx].</param>
    /// <param name="sourceSidePx">Side of the larger picture.</param>
    /// <param name="random">Chooses the part.</param>
    /// <param name="mirror">Whether left and right may be swapped.</param>
    /// <param name="sidePx">Side of the result.</param>
    /// <param name="crop">Receives float32 [3, sidePx, sidePx].</param>
    internal static void RandomCrop(ReadOnlySpan<float> source, int sourceSidePx, Random random, bool mirror, int sidePx, Span<float> crop)
    {
        var area = SmallestArea + random.NextDouble() * (1 - SmallestArea);
        var shape = Math.Exp((random.NextDouble() * 2 - 1) * Math.Log(WidestShape));
        var width = Math.Min(1, Math.Sqrt(area * shape)) * sourceSidePx;
        var height = Math.Min(1, Math.Sqrt(area / shape)) * sourceSidePx;
        var left = random.NextDouble() * (sourceSidePx - width);
        var top = random.NextDouble() * (sourceSidePx - height);
        var mirrored = mirror && random.Next(2) == 1;
        for (var y = 0; y < sidePx; y++)
        {
            var (row, down) = Position(top, height, y, sidePx, sourceSidePx);
            for (var x = 0; x < sidePx; x++)
            {
                var (column, right) = Position(left, width, mirrored ? sidePx - 1 - x : x, sidePx, sourceSidePx);
                for (var channel = 0; channel < ImagePreprocessing.Channels; channel++)
                {
                    var plane = source.Slice(channel * sourceSidePx * sourceSidePx, sourceSidePx * sourceSidePx);
                    var above = Between(plane, row * sourceSidePx + column, right);
                    var below = Between(plane, (row + 1) * sourceSidePx + column, right);
                    crop[(channel * sidePx + y) * sidePx + x] = above + (below - above) * down;
                }
            }
        }
    }

    /// <summary>Changes brightness, contrast and saturation, in this order, each by a share of its own drawn from ± the strength.</summary>
    /// <param name="image">float32 [3, S, S], −1 to 1; stays within.</param>
    /// <param name="strength">Greatest share, 0 to below 1.</param>
    /// <param name="random">Draws the three shares.</param>
    internal static void ChangeColour(Span<float> image, double strength, Random random)
    {
        float Share() => (float)(1 + (random.NextDouble() * 2 - 1) * strength);
        var (brightness, contrast, saturation) = (Share(), Share(), Share());
        var area = image.Length / ImagePreprocessing.Channels;
        var red = image[..area];
        var green = image.Slice(area, area);
        var blue = image[(2 * area)..];
        for (var i = 0; i < image.Length; i++)
        {
            // Black is −1: brightness scales the distance from it.
            image[i] = Math.Clamp((image[i] + 1) * brightness - 1, -1, 1);
        }
        var mean = 0.0;
        for (var i = 0; i < area; i++)
        {
            mean += Grey(red[i], green[i], blue[i]) / (double)area;
        }
        for (var i = 0; i < area; i++)
        {
            (red[i], green[i], blue[i]) = (From((float)mean, red[i], contrast), From((float)mean, green[i], contrast), From((float)mean, blue[i], contrast));
            var grey = Grey(red[i], green[i], blue[i]);
            (red[i], green[i], blue[i]) = (From(grey, red[i], saturation), From(grey, green[i], saturation), From(grey, blue[i], saturation));
        }
    }

    /// <summary>Luma of ITU-R BT.601.</summary>
    private static float Grey(float red, float green, float blue) => 0.299f * red + 0.587f * green + 0.114f * blue;

    private static float From(float centre, float value, float share) => Math.Clamp(centre + (value - centre) * share, -1, 1);

    private static float Between(ReadOnlySpan<float> plane, int index, float right) => plane[index] + (plane[index + 1] - plane[index]) * right;

    /// <summary>The whole pixel before a place, one that has a neighbour behind it, and the way to that neighbour, 0 to 1.</summary>
    private static (int Before, float Way) Position(double start, double length, int index, int count, int sourceCount)
    {
        var place = Math.Clamp(start + (index + 0.5) * length / count - 0.5, 0, sourceCount - 1);
        var before = Math.Min((int)place, sourceCount - 2);
        return (before, (float)(place - before));
    }
}
