using System.Buffers.Binary;
using LabelStudio.Learning.Imaging;

namespace LabelStudio.Learning.Tests.Imaging;

public sealed class ImageRefusalTests : IDisposable
{
    private static readonly ImagePreprocessing Input = new(32);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    public void EveryReader_CutFile_RefusesItAsDamaged(string suffix)
    {
        var whole = DrawnPicture.Noise(suffix);
        var cut = whole[..(whole.Length / 2)];
        var path = Store(cut);

        Assert.Throws<ImageRefusedException>(() => ImageDecoder.Inspect(path, new ImageLimits()));
        Assert.Throws<ImageRefusedException>(() => ImageDecoder.EncodeWebp(path, 32));
        Assert.Throws<ImageRefusedException>(() => ImageDecoder.DecodeInto(path, Input, new float[Input.Length]));
        Assert.Throws<ImageRefusedException>(() => ImageDecoder.DecodeInto(cut, Input, new float[Input.Length]));
    }

    [Fact]
    public void EveryReader_HeaderAboveThePixelLimit_RefusesBeforeDecoding()
    {
        var bomb = JpegThatPromises(30_000, 30_000);
        var path = Store(bomb);

        Assert.Contains("30000 × 30000", Refusal(path), StringComparison.Ordinal);
        Assert.Throws<ImageRefusedException>(() => ImageDecoder.EncodeWebp(path, 32));
        Assert.Throws<ImageRefusedException>(() => ImageDecoder.DecodeInto(bomb, Input, new float[Input.Length]));
    }

    [Fact]
    public void Inspect_PixelsOfAProgressivePicture_HaveTheLowerLimit()
    {
        var limits = new ImageLimits { MaxInterlacedPixels = 1000 };

        ImageDecoder.Inspect(Store(DrawnPicture.Jpeg()), limits);

        Assert.Throws<ImageRefusedException>(() => ImageDecoder.Inspect(Store(DrawnPicture.Jpeg(interlace: true)), limits));
    }

    [Fact]
    public void Inspect_FileAboveTheByteLimit_IsRefusedWithBothSizes()
    {
        var path = Store(new byte[3 * 1024 * 1024]);

        var message = Refusal(path, new ImageLimits { MaxBytes = 2 * 1024 * 1024 });

        Assert.Contains("3 MB", message, StringComparison.Ordinal);
        Assert.Contains("2 MB", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("hello", "not a picture")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'/>", "SVG")]
    [InlineData("%PDF-1.7", "PDF")]
    [InlineData("PK\u0003\u0004", "zip")]
    [InlineData("BM123456", "BMP")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "HEIC")]
    public void Inspect_NoPicture_SaysWhatItIsAndWhatToDo(string content, string expected) =>
        Assert.Contains(expected, Refusal(Store(System.Text.Encoding.Latin1.GetBytes(content))), StringComparison.Ordinal);

    [Fact]
    public void Inspect_NoSuchFile_IsAnInputError() =>
        Assert.Throws<FileNotFoundException>(() => ImageDecoder.Inspect(_folder.File("absent.jpg"), new ImageLimits()));

    private static string Refusal(string path, ImageLimits? limits = null) =>
        Assert.Throws<ImageRefusedException>(() => ImageDecoder.Inspect(path, limits ?? new ImageLimits())).Message;

    private string Store(byte[] bytes)
    {
        var path = _folder.File(Guid.CreateVersion7().ToString("N"));
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A small JPEG whose frame header (SOF0) promises another size.</summary>
    private static byte[] JpegThatPromises(ushort width, ushort height)
    {
        var bytes = DrawnPicture.Jpeg();
        var frame = bytes.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(frame + 5), height);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(frame + 7), width);
        return bytes;
    }
}
