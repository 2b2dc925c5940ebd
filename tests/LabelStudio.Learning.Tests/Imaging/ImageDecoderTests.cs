using LabelStudio.Learning.Imaging;
using NetVips;

namespace LabelStudio.Learning.Tests.Imaging;

public sealed class ImageDecoderTests : IDisposable
{
    private static readonly ImagePreprocessing Input = new(32);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".jpg", "jpeg", "image/jpeg", ".jpg")]
    [InlineData(".png", "png", "image/png", ".png")]
    [InlineData(".webp", "webp", "image/webp", ".webp")]
    [InlineData(".gif", "gif", "image/gif", ".gif")]
    [InlineData(".tif", "tiff", "image/tiff", ".tif")]
    [InlineData(".avif", "avif", "image/avif", ".avif")]
    public void Inspect_ContentUnderAWrongName_TellsTheContentsFormat(string suffix, string format, string mediaType, string extension)
    {
        using var image = DrawnPicture.Halves(64, 32, DrawnPicture.Red, DrawnPicture.Blue);
        var path = Store("picture.txt", image.WriteToBuffer(suffix));

        var inspection = ImageDecoder.Inspect(path, new ImageLimits());

        Assert.Equal((format, mediaType, extension), (inspection.Format, inspection.MediaType, inspection.Extension));
        Assert.Equal((64, 32), (inspection.WidthPx, inspection.HeightPx));
    }

    [Fact]
    public void EncodeWebp_GreyOf16BitsThatIsAlmostBlack_IsStretchedToTheRangeItUses()
    {
        // A slope from 1000 to 1255 of 65535, with one hot pixel.
        var pixels = Enumerable.Range(0, 256 * 64).Select(at => (ushort)(1000 + (at % 256))).ToArray();
        pixels[0] = ushort.MaxValue;
        using var deep = Image.NewFromMemory(pixels, 256, 64, 1, Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Grey16);
        var path = Store("slope.png", deep.PngsaveBuffer(bitdepth: 16));

        using var shown = Image.NewFromBuffer(ImageDecoder.EncodeWebp(path, 256));

        Assert.InRange(shown[4, 32][0], 0, 16);
        Assert.InRange(shown[128, 32][0], 112, 144);
        Assert.InRange(shown[251, 32][0], 239, 255);
        // What the network is given does not depend on the rest of the picture.
        var input = new float[Input.Length];
        ImageDecoder.DecodeInto(path, Input, input);
        Assert.InRange(input[Input.Length / 2], -1, -0.96f);
    }

    [Fact]
    public void DecodeInto_NameEndingInBrackets_ReadsThatFile()
    {
        var path = Store("cat[shrink=8]", DrawnPicture.Jpeg());

        ImageDecoder.DecodeInto(path, Input, new float[Input.Length]);
    }

    [Fact]
    public void Inspect_TurnedByExif_GivesTheUprightSize()
    {
        var path = Store("turned.jpg", DrawnPicture.Jpeg(64, 32, orientation: 6));

        var inspection = ImageDecoder.Inspect(path, new ImageLimits());

        Assert.Equal((32, 64), (inspection.WidthPx, inspection.HeightPx));
    }

    [Fact]
    public void DecodeInto_TurnedByExif_IsUpright()
    {
        var image = Decode(DrawnPicture.Jpeg(64, 32, orientation: 6));

        // A quarter turn to the right puts the left half on top.
        AssertColour(DrawnPicture.Red, image, x: 16, y: 4);
        AssertColour(DrawnPicture.Blue, image, x: 16, y: 28);
    }

    [Fact]
    public void DecodeInto_TwoColours_GivesPlanesOfRedGreenBlueFromMinusOneToOne()
    {
        using var picture = DrawnPicture.Halves(32, 32, [255, 0, 0], [0, 255, 51]);

        var image = Decode(picture.PngsaveBuffer());

        float[] left = [1, -1, -1], right = [-1, 1, -0.6f];
        for (var channel = 0; channel < 3; channel++)
        {
            Assert.Equal(left[channel], image[channel * 1024 + 5 * 32 + 3], 1e-6f);
            Assert.Equal(right[channel], image[channel * 1024 + 5 * 32 + 28], 1e-6f);
        }
    }

    [Fact]
    public void DecodeInto_FromFileAndFromBytes_GivesTheSame()
    {
        var bytes = DrawnPicture.Noise(".jpg");
        var fromFile = new float[Input.Length];

        ImageDecoder.DecodeInto(Store("noise.jpg", bytes), Input, fromFile);

        Assert.Equal(Decode(bytes), fromFile);
    }

    [Fact]
    public void DecodeInto_TransparentPixels_BecomeWhite()
    {
        using var picture = DrawnPicture.Halves(32, 32, [255, 0, 255, 0], [40, 70, 205, 255]);

        var image = Decode(picture.PngsaveBuffer());

        AssertColour([255, 255, 255], image, x: 4, y: 16);
        AssertColour(DrawnPicture.Blue, image, x: 28, y: 16);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DecodeInto_SixteenBitsWithAlpha_AreScaledNotClipped(bool withProfile)
    {
        using var picture = DrawnPicture.Halves(32, 32, [200, 30, 40, 255], [40, 70, 205, 128]);
        using var deep = picture.Colourspace(Enums.Interpretation.Rgb16);

        var image = Decode(deep.PngsaveBuffer(bitdepth: 16, profile: withProfile ? "srgb" : null));

        AssertColour(DrawnPicture.Red, image, x: 4, y: 16);
        AssertColour([147, 162, 230], image, x: 28, y: 16);
    }

    [Fact]
    public void DecodeInto_OtherColourProfile_IsConvertedToSrgb()
    {
        using var picture = DrawnPicture.Halves(32, 32, [200, 30, 40], [0, 255, 0]);

        var image = Decode(picture.PngsaveBuffer(profile: "p3"));

        // The reddest green of Display P3 lies outside sRGB: red and blue end at nothing.
        AssertColour([0, 255, 0], image, x: 28, y: 16);
        Assert.True(Colour(image, 4, 16)[0] > 212, "A Display P3 red of 200 is a stronger red in sRGB.");
    }

    [Fact]
    public void DecodeInto_GreyPicture_HasThreeEqualPlanes()
    {
        using var grey = DrawnPicture.Halves(32, 32, [100], [220]);
        using var tagged = grey.Copy(interpretation: Enums.Interpretation.Bw);

        var image = Decode(tagged.PngsaveBuffer());

        AssertColour([100, 100, 100], image, x: 4, y: 16);
        AssertColour([220, 220, 220], image, x: 28, y: 16);
    }

    [Fact]
    public void DecodeInto_Animation_TakesTheFirstFrame()
    {
        using var first = DrawnPicture.Halves(32, 32, DrawnPicture.Red, DrawnPicture.Red);
        using var second = DrawnPicture.Halves(32, 32, DrawnPicture.Blue, DrawnPicture.Blue);
        using var strip = Image.Arrayjoin([first, second], across: 1);
        using var animation = strip.Mutate(image => image.Set(GValue.GIntType, "page-height", 32));

        var image = Decode(animation.WebpsaveBuffer(lossless: true));

        AssertColour(DrawnPicture.Red, image, x: 16, y: 28);
    }

    [Theory]
    [InlineData(16, 12, 16, 12)]
    [InlineData(100, 50, 20, 10)]
    [InlineData(50, 100, 10, 20)]
    public void EncodeWebp_LongestSide_KeepsTheShapeAndNeverEnlarges(int width, int height, int expectedWidth, int expectedHeight)
    {
        using var picture = DrawnPicture.Halves(width, height, DrawnPicture.Red, DrawnPicture.Blue);
        var path = Store("picture.png", picture.PngsaveBuffer());

        using var webp = Image.NewFromBuffer(ImageDecoder.EncodeWebp(path, 20));

        Assert.Equal((expectedWidth, expectedHeight), (webp.Width, webp.Height));
        Assert.Equal("webpload_buffer", webp.Get("vips-loader"));
    }

    [Fact]
    public void EncodeWebp_TurnedByExif_IsUprightAndCarriesNoMetadata()
    {
        var path = Store("turned.jpg", DrawnPicture.Jpeg(64, 32, orientation: 6));

        using var webp = Image.NewFromBuffer(ImageDecoder.EncodeWebp(path, 32));

        Assert.Equal((16, 32), (webp.Width, webp.Height));
        Assert.False(webp.Contains("orientation"));
        Assert.False(webp.Contains("exif-data"));
    }

    [Fact]
    public void EncodeWebp_ThreadThinPicture_KeepsOnePixel()
    {
        using var picture = DrawnPicture.Halves(9000, 1, DrawnPicture.Red, DrawnPicture.Blue);
        var path = Store("thread.png", picture.PngsaveBuffer());

        using var webp = Image.NewFromBuffer(ImageDecoder.EncodeWebp(path, 100));

        Assert.Equal((100, 1), (webp.Width, webp.Height));
    }

    [Fact]
    public void DecodeInto_SpanOfAnotherLength_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ImageDecoder.DecodeInto(DrawnPicture.Jpeg(), Input, new float[5]));

    private string Store(string name, byte[] bytes)
    {
        var path = _folder.File(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static float[] Decode(byte[] bytes)
    {
        var image = new float[Input.Length];
        ImageDecoder.DecodeInto(bytes, Input, image);
        return image;
    }

    private static double[] Colour(float[] image, int x, int y) =>
        [.. Enumerable.Range(0, 3).Select(channel => (image[channel * 1024 + y * 32 + x] + 1) * 127.5)];

    private static void AssertColour(double[] expected, float[] image, int x, int y)
    {
        var actual = Colour(image, x, y);
        Assert.True(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() < 4, $"is {string.Join(' ', actual)}");
    }
}
