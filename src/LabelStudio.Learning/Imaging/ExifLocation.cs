using System.Buffers.Binary;

namespace LabelStudio.Learning.Imaging;

/// <summary>Removes the GPS directory from an EXIF block (TIFF 6.0, section 2; EXIF 2.32, section 4.6.3), without moving anything else.</summary>
internal static class ExifLocation
{
    private const ushort GpsPointer = 0x8825;
    private const int EntryBytes = 12;
    private const int MostDirectories = 20;

    // GPS tags end at 0x1F; a directory that holds others is none, and a damaged pointer must not have pixels wiped.
    private const int MostGpsEntries = 64, HighestGpsTag = 0x1F, LongestGpsValue = 64 * 1024;

    // By type: byte, ASCII, short, long, rational, signed byte, undefined, signed short, signed long, signed rational, float, double.
    private static ReadOnlySpan<byte> TypeBytes => [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

    /// <param name="exif">From the byte order mark on; may go on behind the block.</param>
    /// <returns>True when it held a place.</returns>
    public static bool Remove(Span<byte> exif)
    {
        if (exif.Length < 8 || !(exif.StartsWith("II*\0"u8) || exif.StartsWith("MM\0*"u8)))
        {
            return false;
        }
        var isBig = exif[0] == 'M';
        var found = false;
        var directory = Number(exif, 4, isBig);
        for (var index = 0; index < MostDirectories && directory != 0 && EntriesOf(exif, directory, isBig) is { } count; index++)
        {
            found |= RemoveFrom(exif, (int)directory, ref count, isBig);
            directory = Number(exif, (int)directory + 2 + (count * EntryBytes), isBig);
        }
        return found;
    }

    /// <summary>Wipes what the pointer leads to and closes the gap it leaves among the entries.</summary>
    private static bool RemoveFrom(Span<byte> exif, int directory, ref int count, bool isBig)
    {
        for (var index = 0; index < count; index++)
        {
            var entry = directory + 2 + (index * EntryBytes);
            if (Short(exif, entry, isBig) != GpsPointer)
            {
                continue;
            }
            Wipe(exif, Number(exif, entry + 8, isBig), isBig);
            // The later entries and the offset of the next directory move up; all other offsets count from the block's start.
            var rest = exif[(entry + EntryBytes)..(directory + 2 + (count * EntryBytes) + 4)];
            rest.CopyTo(exif[entry..]);
            exif.Slice(entry + rest.Length, EntryBytes).Clear();
            count--;
            Write(exif[directory..], (ushort)count, isBig);
            return true;
        }
        return false;
    }

    private static void Wipe(Span<byte> exif, uint directory, bool isBig)
    {
        if (EntriesOf(exif, directory, isBig) is not (> 0 and <= MostGpsEntries and var count))
        {
            return;
        }
        var start = (int)directory;
        for (var index = 0; index < count; index++)
        {
            var entry = start + 2 + (index * EntryBytes);
            if (Short(exif, entry, isBig) > HighestGpsTag || Short(exif, entry + 2, isBig) is not (>= 1 and <= 12))
            {
                return;
            }
        }
        for (var index = 0; index < count; index++)
        {
            var entry = start + 2 + (index * EntryBytes);
            var length = (long)Number(exif, entry + 4, isBig) * TypeBytes[Short(exif, entry + 2, isBig)];
            var offset = (long)Number(exif, entry + 8, isBig);
            if (length is > 4 and <= LongestGpsValue && offset + length <= exif.Length)
            {
                exif.Slice((int)offset, (int)length).Clear();
            }
        }
        exif.Slice(start, 2 + (count * EntryBytes) + 4).Clear();
    }

    /// <summary>Number of entries of a directory; null: it does not lie within the block.</summary>
    private static int? EntriesOf(ReadOnlySpan<byte> exif, uint directory, bool isBig)
    {
        if (directory < 8 || directory > exif.Length - 6)
        {
            return null;
        }
        var count = Short(exif, (int)directory, isBig);
        return directory + 2 + (count * EntryBytes) + 4 <= exif.Length ? count : null;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, int at, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Number(ReadOnlySpan<byte> bytes, int at, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static void Write(Span<byte> bytes, ushort value, bool isBig)
    {
        if (isBig)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        }
    }
}
