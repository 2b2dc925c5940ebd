namespace LabelStudio.Learning.Imaging;

/// <summary>Pictures to try a network on: waves of several lengths with a little noise, more like photographs than noise alone. Always the same.</summary>
internal static class DrawnPictures
{
    /// <summary>float32 [count, 3, S, S], values from -1 to 1.</summary>
    public static float[] Of(int count, int sidePx)
    {
        var random = new Random(1);
        var image = new float[count * ImagePreprocessing.Channels * sidePx * sidePx];
        for (var index = 0; index < image.Length; index++)
        {
            var (x, y, plane) = (index % sidePx, index / sidePx % sidePx, index / (sidePx * sidePx));
            var wave = Math.Sin((x * (plane + 1) * 0.05) + (y * 0.11)) * Math.Cos(y * (plane + 2) * 0.03);
            image[index] = (float)Math.Clamp((0.8 * wave) + (0.4 * (random.NextDouble() - 0.5)), -1, 1);
        }

        return image;
    }
}
