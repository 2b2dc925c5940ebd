using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Tests;

/// <summary>Small pictures, each number its own, written as PNG without any picture library.</summary>
internal static class TestImages
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    public static byte[] Png(int number, int widthPx = 24, int heightPx = 16)
    {
        var random = new Random(number);
        var rows = new byte[heightPx * (1 + widthPx * 3)];
        var (red, green, blue) = (random.Next(256), random.Next(256), random.Next(256));
        for (var row = 0; row < heightPx; row++)
        {
            for (var column = 0; column < widthPx; column++)
            {
                var at = row * (1 + widthPx * 3) + 1 + column * 3;
                rows[at] = (byte)(red ^ (row * 4));
                rows[at + 1] = (byte)(green ^ (column * 4));
                rows[at + 2] = (byte)blue;
            }
        }

        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, widthPx);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), heightPx);
        header[8] = 8;
        header[9] = 2;
        WriteChunk(png, "IHDR", header);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        WriteChunk(png, "IDAT", packed.ToArray());
        WriteChunk(png, "tEXt", Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Number\0{number}")));
        WriteChunk(png, "IEND", []);
        return png.ToArray();
    }

    /// <summary>Such a picture whose EXIF says where it was taken: a GPS directory with the note "secret" at its end.</summary>
    public static byte[] PngWithPlace(int number)
    {
        byte[] exif =
        [
            .. "MM\0*"u8, 0, 0, 0, 8,
            0, 1, 0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0,
            0, 1, 0, 0x1C, 0, 7, 0, 0, 0, 6, 0, 0, 0, 44, 0, 0, 0, 0,
            .. "secret"u8,
        ];
        var png = Png(number);
        using var chunk = new MemoryStream();
        WriteChunk(chunk, "eXIf", exif);
        const int AfterHeader = 33;
        return [.. png[..AfterHeader], .. chunk.ToArray(), .. png[AfterHeader..]];
    }

    public static MemoryStream PngStream(int number) => new(Png(number));

    /// <summary>A row that claims to be such a picture.</summary>
    public static ImageRecord Record(Guid projectId, Guid batchId, Guid userId, int number, int widthPx = 24, int heightPx = 16, long byteCount = 500)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)));
        return new ImageRecord
        {
            ProjectId = projectId,
            Sha256 = sha256,
            FileName = string.Create(CultureInfo.InvariantCulture, $"image-{number}.png"),
            Extension = ".png",
            MediaType = "image/png",
            WidthPx = widthPx,
            HeightPx = heightPx,
            ByteCount = byteCount,
            Split = SplitRule.SplitOf(sha256, 80, 10, 10),
            ImportBatchId = batchId,
            UploadedUtc = DateTime.UnixEpoch.AddSeconds(number),
            UploadedBy = userId,
        };
    }

    private static void WriteChunk(Stream target, string type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        target.Write(chunk);
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc = CrcTable[(crc ^ value) & 0xFF] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint index = 0; index < 256; index++)
        {
            var value = index;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
            }

            table[index] = value;
        }

        return table;
    }
}
