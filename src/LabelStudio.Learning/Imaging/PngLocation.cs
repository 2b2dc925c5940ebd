using System.Buffers.Binary;
using System.IO.Hashing;

namespace LabelStudio.Learning.Imaging;

/// <summary>Removes the place from a PNG, whose chunks carry check sums. A text whose packed words hold it is emptied as a whole.</summary>
internal static class PngLocation
{
    private const int ChunkOverhead = 12;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    // A private chunk that every reader passes over (PNG 1.2, section 3.3).
    private static ReadOnlySpan<byte> Emptied => "goNe"u8;

    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    public static bool Remove(Span<byte> png)
    {
        var found = false;
        var at = Signature.Length;
        while (at <= png.Length - ChunkOverhead && BinaryPrimitives.ReadUInt32BigEndian(png[at..]) is var length && length <= png.Length - at - ChunkOverhead)
        {
            var chunk = png.Slice(at + 4, (int)length + 4);
            if (RemoveFrom(chunk[..4], chunk[4..]))
            {
                BinaryPrimitives.WriteUInt32BigEndian(png[(at + 4 + chunk.Length)..], Crc32.HashToUInt32(chunk));
                found = true;
            }
            at += ChunkOverhead + (int)length;
        }
        return found;
    }

    private static bool RemoveFrom(Span<byte> type, Span<byte> data)
    {
        if (type.SequenceEqual("eXIf"u8))
        {
            return LocationRemoval.RemoveAnywhere(data);
        }
        if (PngText.Read(type, data) is not { } text)
        {
            return false;
        }
        if (!text.IsPacked)
        {
            return LocationRemoval.RemoveAnywhere(data);
        }
        if (!LocationRemoval.RemoveAnywhere(text.Words))
        {
            return false;
        }
        Emptied.CopyTo(type);
        data.Clear();
        return true;
    }
}
