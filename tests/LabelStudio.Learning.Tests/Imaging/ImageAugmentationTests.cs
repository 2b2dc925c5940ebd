using LabelStudio.Learning.Imaging;

namespace LabelStudio.Learning.Tests.Imaging;

public sealed class ImageAugmentationTests
{
    [Fact]
    public void Mirror_ATwoByTwoPicture_SwapsLeftAndRightInEveryPlane()
    {
        float[] image = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], mirrored = new float[12];

        ImageAugmentation.Mirror(image, 2, mirrored);

        Assert.Equal([2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11], mirrored);
    }

    [Fact]
    public void RandomCrop_OfARamp_IsASmootherRampInsideIt()
    {
        const int source = 24, side = 16;
        float[] ramp = [.. Enumerable.Range(0, 3 * source * source).Select(i => (float)(i % source))], crop = new float[3 * side * side];

        for (var seed = 0; seed < 20; seed++)
        {
            ImageAugmentation.RandomCrop(ramp, source, new Random(seed), mirror: false, side, crop);

            Assert.InRange(crop.Min(), 0, source - 1);
            Assert.InRange(crop.Max(), 0, source - 1);
            var step = crop[side / 2] - crop[side / 2 - 1];
            Assert.InRange(step, 0.4, 1.6);
            Assert.Equal(crop[..side], crop[^side..]);
        }
    }

    [Fact]
    public void RandomCrop_Mirrored_SometimesRunsTheOtherWay()
    {
        float[] ramp = [.. Enumerable.Range(0, 3 * 16 * 16).Select(i => (float)(i % 16))], crop = new float[3 * 8 * 8];

        var directions = Enumerable.Range(0, 20).Select(seed =>
        {
            ImageAugmentation.RandomCrop(ramp, 16, new Random(seed), mirror: true, 8, crop);
            return Math.Sign(crop[4] - crop[3]);
        });

        Assert.Equal([-1, 1], directions.Distinct().Order());
    }
}
