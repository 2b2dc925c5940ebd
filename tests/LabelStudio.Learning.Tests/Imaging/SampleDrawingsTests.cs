using LabelStudio.Learning.Imaging;

namespace LabelStudio.Learning.Tests.Imaging;

public sealed class SampleDrawingsTests
{
    [Fact]
    public void Draw_EveryKind_GivesPicturesThatDiffer()
    {
        var drawn = (
            from kind in Enumerable.Range(0, SampleDrawings.Kinds.Count)
            from number in Enumerable.Range(0, 4)
            select Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(SampleDrawings.Draw(kind, number)))).ToList();

        Assert.Equal(6, SampleDrawings.Kinds.Count);
        Assert.Equal(24, drawn.Distinct().Count());
    }

    [Fact]
    public void Draw_TheSameTwice_GivesTheSameBytes()
    {
        Assert.Equal(SampleDrawings.Draw(5, 11), SampleDrawings.Draw(5, 11));
    }

    [Fact]
    public void Draw_GivesAJpegThatOurDecoderTakes()
    {
        var preprocessing = new ImagePreprocessing(64);
        var image = new float[preprocessing.Length];

        ImageDecoder.DecodeInto(SampleDrawings.Draw(0, 0), preprocessing, image);

        Assert.True(image.Max() - image.Min() > 0.5, "The picture is nearly of one colour.");
    }

    [Fact]
    public void Draw_AnUnknownKind_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleDrawings.Draw(6, 0));
    }
}
