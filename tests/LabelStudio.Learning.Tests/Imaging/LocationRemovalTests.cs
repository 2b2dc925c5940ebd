using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using LabelStudio.Learning.Imaging;
using NetVips;

namespace LabelStudio.Learning.Tests.Imaging;

public sealed class LocationRemovalTests
{
    private const string Place = "exif-ifd3-GPSLatitude", Camera = "exif-ifd0-Model", Taken = "exif-ifd2-DateTimeOriginal";

    private const string Xmp = """
        <?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLongitude="13,24.3E" exif:Flash="0">
        <exif:GPSLatitude>52,31.2N</exif:GPSLatitude></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>
        """;

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".avif")]
    public void Remove_PictureWithPlace_TakesOnlyThePlaceOut(string suffix)
    {
        var picture = WithPlace(suffix);
        using var before = Image.NewFromBuffer(picture);
        Assert.Contains(Place, before.GetFields());
        Assert.Contains("52,31.2N", Encoding.Latin1.GetString((byte[])before.Get("xmp-data")), StringComparison.Ordinal);
        var stripped = picture.ToArray();

        Assert.True(LocationRemoval.Remove(stripped));

        Assert.Equal(picture.Length, stripped.Length);
        using var after = Image.NewFromBuffer(stripped, failOn: Enums.FailOn.Warning);
        Assert.DoesNotContain(after.GetFields(), field => field.StartsWith("exif-ifd3-", StringComparison.Ordinal));
        var kept = before.GetFields().Where(field => !field.StartsWith("exif-ifd3-", StringComparison.Ordinal) && (field != "xmp-data" || suffix != ".png"));
        Assert.Equal(kept.Order(), after.GetFields().Order());
        Assert.All(kept.Where(field => field.StartsWith("exif-ifd", StringComparison.Ordinal)), field => Assert.Equal(before.Get(field), after.Get(field)));
        Assert.Contains(Camera, kept);
        Assert.Contains(Taken, kept);
        Assert.Equal(before.WriteToMemory<byte>(), after.WriteToMemory<byte>());
        // A PNG has the packet compressed: there it goes as a whole.
        if (suffix != ".png")
        {
            var xmp = Encoding.Latin1.GetString((byte[])after.Get("xmp-data"));
            Assert.DoesNotContain("GPS", xmp, StringComparison.Ordinal);
            Assert.Contains("exif:Flash=\"0\"", xmp, StringComparison.Ordinal);
            _ = System.Xml.Linq.XDocument.Parse(xmp.Trim());
        }

        Assert.DoesNotContain("Sunny Street", Encoding.Latin1.GetString(stripped), StringComparison.Ordinal);
        Assert.False(LocationRemoval.Remove(stripped));
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    public void Remove_PictureWithoutPlace_LeavesEveryByte(string suffix)
    {
        var picture = DrawnPicture.Noise(suffix);
        var looked = picture.ToArray();

        Assert.False(LocationRemoval.Remove(looked));

        Assert.Equal(picture, looked);
    }

    [Fact]
    public void Remove_OneOfEightOrientations_IsKept()
    {
        foreach (var orientation in Enumerable.Range(1, 8))
        {
            var picture = WithPlace(".jpg", orientation);
            LocationRemoval.Remove(picture);
            using var image = Image.NewFromBuffer(picture);

            Assert.Equal(orientation, image.Get("orientation"));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Remove_EitherByteOrder_ClosesTheGapAndKeepsTheNextDirectory(bool isBig)
    {
        var block = Block(isBig, gpsTag: 2);

        Assert.True(LocationRemoval.Remove(block));

        Assert.Equal(2, Short(block, 8, isBig));
        Assert.Equal([0x0112, 0x9999], new[] { Short(block, 10, isBig), Short(block, 22, isBig) });
        Assert.Equal(0x1234u, Number(block, 34, isBig));
        Assert.All(block[50..80], value => Assert.Equal(0, value));
        Assert.Equal("the end"u8, block.AsSpan(80));
    }

    [Fact]
    public void Remove_PointerIntoSomethingElse_WipesNothingThere()
    {
        // What it leads to holds a tag that no GPS directory has.
        var block = Block(isBig: false, gpsTag: 0x0400);
        var there = block[50..].ToArray();

        Assert.True(LocationRemoval.Remove(block));

        Assert.Equal(there, block[50..]);
    }

    [Theory]
    [InlineData("zTXt", true)]
    [InlineData("tEXt", false)]
    public void Remove_ProfileInHexadecimalDigits_IsEmptiedOnlyIfItHoldsAPlace(string type, bool holdsPlace)
    {
        var block = Block(isBig: false, gpsTag: 2);
        if (!holdsPlace)
        {
            LocationRemoval.Remove(block);
        }

        var png = WithText(type, "Raw profile type exif", $"\nexif\n      {block.Length}\n{Convert.ToHexStringLower(block)}\n");
        var stripped = png.ToArray();

        Assert.Equal(holdsPlace, LocationRemoval.Remove(stripped));

        Assert.Equal(holdsPlace, !png.AsSpan().SequenceEqual(stripped));
        using var image = Image.NewFromBuffer(stripped, failOn: Enums.FailOn.Warning);
        Assert.Equal(96, image.Width);
    }

    [Fact]
    public void Remove_CutAnywhere_NeverFails()
    {
        foreach (var suffix in new[] { ".jpg", ".png", ".webp" })
        {
            var picture = WithPlace(suffix);
            for (var length = 0; length < picture.Length; length += 7)
            {
                LocationRemoval.Remove(picture.AsSpan(0, length).ToArray());
            }
        }
    }

    [Fact]
    public void Remove_CommentLikeABlockOfNoLength_LeavesItAndStillFindsThePlace()
    {
        var picture = WithPlace(".jpg");
        byte[] comment = [0xFF, 0xFE, 0, 12, 0xFF, 0xE1, 0, 2, .. "Exif\0\0"u8];
        byte[] commented = [.. picture[..2], .. comment, .. picture[2..]];

        Assert.True(LocationRemoval.Remove(commented));

        Assert.Equal(comment, commented[2..(2 + comment.Length)]);
        using var image = Image.NewFromBuffer(commented);
        Assert.DoesNotContain(Place, image.GetFields());
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".avif")]
    public void Remove_BytesChangedAnywhere_NeverFails(string suffix)
    {
        var random = new Random(20);
        byte[] ends = [0, 1, 2, 0x7F, 0x80, 0xFF];
        var picture = WithPlace(suffix);
        // Most offsets and lengths lie in the headers, which these small pictures mostly are.
        for (var round = 0; round < 2000; round++)
        {
            var changed = picture[..random.Next(picture.Length / 2, picture.Length + 1)];
            for (var change = 0; change < 8; change++)
            {
                changed[random.Next(changed.Length)] = random.Next(2) == 0 ? ends[random.Next(ends.Length)] : (byte)random.Next(256);
            }

            LocationRemoval.Remove(changed);
        }
    }

    private static byte[] WithPlace(string suffix, int orientation = 6)
    {
        using var image = DrawnPicture.Halves(32, 16, DrawnPicture.Red, DrawnPicture.Blue);
        using var tagged = image.Mutate(header =>
        {
            header.Set(GValue.GIntType, "orientation", orientation);
            header.Set(GValue.RefStrType, Place, "52/1 31/1 12/1 (52, 31, 12.00, Rational, 3 components, 24 bytes)");
            header.Set(GValue.RefStrType, "exif-ifd3-GPSLatitudeRef", "N (N, ASCII, 2 components, 2 bytes)");
            header.Set(GValue.RefStrType, "exif-ifd3-GPSAreaInformation", "Sunny Street (Sunny Street, Undefined, 20 components, 20 bytes)");
            header.Set(GValue.RefStrType, Camera, "Pocket 1 (Pocket 1, ASCII, 9 components, 9 bytes)");
            header.Set(GValue.RefStrType, Taken, "2024:05:01 10:00:00 (2024:05:01 10:00:00, ASCII, 20 components, 20 bytes)");
            header.Set(GValue.BlobType, "xmp-data", Encoding.UTF8.GetBytes(Xmp));
        });
        return tagged.WriteToBuffer(suffix);
    }

    /// <summary>A PNG with a text chunk right after its header.</summary>
    private static byte[] WithText(string type, string keyword, string words)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(Encoding.ASCII.GetBytes(words));
        }

        byte[] data = [.. Encoding.ASCII.GetBytes(type + keyword), 0, .. type == "zTXt" ? [0, .. packed.ToArray()] : Encoding.ASCII.GetBytes(words)];
        var chunk = new byte[data.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length - 4);
        data.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 4), Crc32.HashToUInt32(data));
        var png = DrawnPicture.Noise(".png");
        return [.. png[..33], .. chunk, .. png[33..]];
    }

    /// <summary>A TIFF block: orientation, the pointer, another entry, an offset of a next directory that is none; at 50 the GPS directory with one value at 70.</summary>
    private static byte[] Block(bool isBig, ushort gpsTag)
    {
        var block = new byte[87];
        (isBig ? "MM\0*"u8 : "II*\0"u8).CopyTo(block);
        Put(4, 8);
        PutShort(8, 3);
        Entry(10, 0x0112, 3, 1, 6);
        Entry(22, 0x8825, 4, 1, 50);
        Entry(34, 0x9999, 4, 1, 7);
        Put(46, 0x1234);
        PutShort(50, 1);
        Entry(52, gpsTag, 5, 1, 70);
        "8 secret"u8.CopyTo(block.AsSpan(70));
        "the end"u8.CopyTo(block.AsSpan(80));
        return block;

        void Entry(int at, ushort tag, ushort type, uint count, uint value)
        {
            PutShort(at, tag);
            PutShort(at + 2, type);
            Put(at + 4, count);
            Put(at + 8, value);
        }

        void PutShort(int at, ushort value)
        {
            if (isBig)
            {
                BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(at), value);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(at), value);
            }
        }

        void Put(int at, uint value)
        {
            if (isBig)
            {
                BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(at), value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(at), value);
            }
        }
    }

    private static int Short(byte[] block, int at, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt16BigEndian(block.AsSpan(at)) : BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(at));

    private static uint Number(byte[] block, int at, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt32BigEndian(block.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(at));
}
