using System.Buffers.Binary;

namespace LabelStudio.Learning.Imaging;

/// <summary>
/// Takes the place where a picture was taken out of its file: the GPS part of EXIF, wherever it lies in a JPEG, PNG, WebP,
/// TIFF or AVIF, and the same in XMP. Everything else stays byte for byte where it is: pixels, orientation, camera, time.
/// </summary>
public static class LocationRemoval
{
    // A camera's file holds few such blocks: its own, and those of previews.
    private const int MostBlocks = 100;

    private static ReadOnlySpan<byte> ExifMark => "Exif\0\0"u8;

    // TIFF headers whose first directory follows at once, as nearly all do: these also stand without a mark before them.
    private static ReadOnlySpan<byte> LittleHeader => "II*\0\b\0\0\0"u8;

    private static ReadOnlySpan<byte> BigHeader => "MM\0*\0\0\0\b"u8;

    /// <summary>Removes the place from a picture file.</summary>
    /// <param name="picture">The file's bytes, changed in place; its length stays.</param>
    /// <returns>True when there was one.</returns>
    public static bool Remove(Span<byte> picture) => PngLocation.IsPng(picture) ? PngLocation.Remove(picture) : RemoveAnywhere(picture);

    /// <summary>Removes it from all EXIF and XMP blocks within some bytes, whatever lies around them.</summary>
    internal static bool RemoveAnywhere(Span<byte> bytes)
    {
        // A TIFF file is such a block itself, wherever its first directory lies.
        var found = ExifLocation.Remove(bytes);
        found |= RemoveAt(bytes, ExifMark, ExifMark.Length);
        found |= RemoveAt(bytes, LittleHeader, 0);
        found |= RemoveAt(bytes, BigHeader, 0);
        return found | XmpLocation.Remove(bytes);
    }

    private static bool RemoveAt(Span<byte> bytes, ReadOnlySpan<byte> mark, int offset)
    {
        var found = false;
        var start = 0;
        for (var block = 0; block < MostBlocks && bytes[start..].IndexOf(mark) is >= 0 and var next; block++)
        {
            var at = start + next;
            // What looks like a block may be part of a comment, of any length.
            var end = Math.Clamp(EndOf(bytes, at), at + offset, bytes.Length);
            found |= ExifLocation.Remove(bytes[(at + offset)..end]);
            start = at + mark.Length;
        }
        return found;
    }

    /// <summary>In a JPEG the block ends with its segment (marker FF E1, then the length); elsewhere its own offsets say what belongs to it.</summary>
    private static int EndOf(ReadOnlySpan<byte> bytes, int at) =>
        at >= 4 && bytes[at - 4] == 0xFF && bytes[at - 3] == 0xE1
            ? at - 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at - 2)..])
            : bytes.Length;
}
