using LabelStudio.Learning.Tests.Imaging;
using NetVips;

namespace LabelStudio.Learning.Tests.Duplicates;

/// <summary>Seeded pictures of coloured rectangles, and what happens to pictures on their way: saved again, resized, made brighter.</summary>
internal static class TestPictures
{
    internal static readonly string[] Changes = ["saved again", "half the size", "twice the size", "brighter", "darker", "more contrast", "cut by 2 %", "as WebP"];

    /// <summary>The caller owns the picture.</summary>
    internal static Image Draw(int seed)
    {
        var random = new Random(seed);
        var (width, height) = (random.Next(200, 400), random.Next(200, 400));
        double[] Colour() => [random.Next(256), random.Next(256), random.Next(256)];
        using var ground = DrawnPicture.Halves(width, height, Colour(), Colour());
        return ground.Mutate(image =>
        {
            for (var shape = 0; shape < 8; shape++)
            {
                var (left, top) = (random.Next(width - 20), random.Next(height - 20));
                image.DrawRect(Colour(), left, top, random.Next(20, width - left + 1), random.Next(20, height - top + 1), fill: true);
            }
        });
    }

    internal static byte[] Change(Image picture, string change)
    {
        using var changed = Changed(picture, change);
        using var bytes = changed.Cast(Enums.BandFormat.Uchar);
        return change == "as WebP" ? bytes.WebpsaveBuffer(q: 60) : bytes.JpegsaveBuffer(q: change == "saved again" ? 40 : 85);
    }

    private static Image Changed(Image picture, string change) => change switch
    {
        "half the size" => picture.Resize(0.5),
        "twice the size" => picture.Resize(2),
        "brighter" => picture.Linear([1], [30]),
        "darker" => picture.Linear([0.8], [0]),
        "more contrast" => picture.Linear([1.25], [-32]),
        "cut by 2 %" => picture.Crop(picture.Width / 100, picture.Height / 100, picture.Width * 98 / 100, picture.Height * 98 / 100),
        _ => picture.Copy(),
    };
}
