using System.Text;
using System.Text.RegularExpressions;

namespace LabelStudio.Learning.Imaging;

/// <summary>Overwrites GPS properties of XMP packets with spaces, which XML passes over: nothing moves.</summary>
internal static partial class XmpLocation
{
    private const int MostPackets = 100;

    private static ReadOnlySpan<byte> Start => "<x:xmpmeta"u8;

    private static ReadOnlySpan<byte> End => "</x:xmpmeta>"u8;

    /// <returns>True when a packet held a place.</returns>
    public static bool Remove(Span<byte> bytes)
    {
        var found = false;
        var at = 0;
        for (var packet = 0; packet < MostPackets && bytes[at..].IndexOf(Start) is >= 0 and var next; packet++)
        {
            at += next;
            var length = bytes[at..].IndexOf(End) is >= 0 and var end ? end : bytes.Length - at;
            found |= Blank(bytes.Slice(at, length));
            at += Math.Min(length, Start.Length);
        }
        return found;
    }

    private static bool Blank(Span<byte> packet)
    {
        // One letter for each byte, so that places in the text are places in the bytes.
        var text = Encoding.Latin1.GetString(packet);
        try
        {
            var matches = Properties().Matches(text);
            foreach (Match match in matches)
            {
                packet.Slice(match.Index, match.Length).Fill((byte)' ');
            }
            return matches.Count > 0;
        }
        catch (RegexMatchTimeoutException)
        {
            // Made to be slow to read: then none of it goes out.
            packet.Fill((byte)' ');
            return true;
        }
    }

    [GeneratedRegex("""(?<=\s)[\w-]+:GPS\w+\s*=\s*("[^"]*"|'[^']*')|<(?<name>[\w-]+:GPS\w+)\b[^>]*?(/>|>.*?</\k<name>\s*>)""", RegexOptions.Singleline, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Properties();
}
