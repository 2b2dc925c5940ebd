using NetVips;

namespace LabelStudio.Learning.Tests.Imaging;

/// <summary>What photographs have and flat drawings lack: colours that run into each other, soft and hard edges, the noise of a sensor, JPEG's blocks.</summary>
internal static class PictureLikeAPhotograph
{
    private const int Width = 320, Height = 240, Spots = 6;
    private const double NoiseSigma = 9;

    /// <summary>The same number gives the same picture.</summary>
    internal static byte[] Jpeg(int number)
    {
        var random = new Random(number);
        var corners = Enumerable.Range(0, 4).Select(_ => Colour(random)).ToArray();
        var spots = Enumerable.Range(0, Spots).Select(_ => (
            X: random.NextDouble() * Width, Y: random.NextDouble() * Height, Radius: 10 + (random.NextDouble() * 60), Sharpness: 1 + (random.NextDouble() * 30), Colour: Colour(random))).ToArray();
        var bytes = new byte[Width * Height * 3];
        for (var pixel = 0; pixel < Width * Height; pixel++)
        {
            double x = pixel % Width, y = pixel / Width;
            for (var band = 0; band < 3; band++)
            {
                var value = Mix(Mix(corners[0][band], corners[1][band], x / Width), Mix(corners[2][band], corners[3][band], x / Width), y / Height);
                foreach (var spot in spots)
                {
                    var distance = Math.Sqrt(Math.Pow(x - spot.X, 2) + Math.Pow(y - spot.Y, 2)) / spot.Radius;
                    value = Mix(value, spot.Colour[band], 1 / (1 + Math.Exp(spot.Sharpness * (distance - 1))));
                }
                bytes[(pixel * 3) + band] = (byte)Math.Clamp(value + (NoiseSigma * Normal(random)), 0, 255);
            }
        }
        using var image = Image.NewFromMemory(bytes, Width, Height, bands: 3, Enums.BandFormat.Uchar);
        using var srgb = image.Copy(interpretation: Enums.Interpretation.Srgb);
        return srgb.JpegsaveBuffer(q: 85);
    }

    private static double[] Colour(Random random) => [random.Next(256), random.Next(256), random.Next(256)];

    private static double Mix(double from, double to, double share) => from + ((to - from) * share);

    /// <summary>Box and Muller 1958.</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
