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

    [Fact]
    public void ChangeColour_GreyPicture_StaysGreyWithinItsRangeAndChanges()
    {
        float[] plane = [-1, -0.5f, 0.2f, 1];
        float[] image = [.. plane, .. plane, .. plane];

        ImageAugmentation.ChangeColour(image, 0.4, new Random(7));

        Assert.Equal(image[..4], image[4..8], (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.All(image, value => Assert.InRange(value, -1, 1));
        Assert.NotEqual(plane, image[..4]);
    }

    [Fact]
    public void ChangeColour_SameDraw_GivesTheSamePicture()
    {
        float[] one = [0.1f, -0.3f, 0.5f], other = [0.1f, -0.3f, 0.5f];

        ImageAugmentation.ChangeColour(one, 0.4, new Random(7));
        ImageAugmentation.ChangeColour(other, 0.4, new Random(7));

        Assert.Equal(one, other);
        Assert.True(one[2] > one[0] && one[0] > one[1]);
    }
}
