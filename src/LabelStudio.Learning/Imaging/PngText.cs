using System.IO.Compression;
using System.Text;

namespace LabelStudio.Learning.Imaging;

/// <summary>The words of a text chunk of a PNG.</summary>
/// <param name="Words">Unpacked.</param>
/// <param name="IsPacked">They stand in the file in another form: compressed, or as hexadecimal digits.</param>
internal sealed record PngText(byte[] Words, bool IsPacked)
{
    // What unpacks to more is made to fill memory.
    private const int LongestText = 16 * 1024 * 1024;

    /// <summary>Reads tEXt, zTXt and iTXt (PNG 1.2, section 4.2.3); null: another chunk, or none that can be read.</summary>
    public static PngText? Read(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (data.IndexOf((byte)0) is not (> 0 and var end))
        {
            return null;
        }
        var rest = data[(end + 1)..];
        var text = type.SequenceEqual("tEXt"u8) ? new PngText(rest.ToArray(), false)
            : type.SequenceEqual("zTXt"u8) && rest.Length > 0 ? Unpack(rest[1..])
            : type.SequenceEqual("iTXt"u8) && rest.Length > 2 ? International(rest)
            : null;
        return text is not null && data.StartsWith("Raw profile type "u8) ? Profile(text.Words) : text;
    }

    /// <summary>Whether packed and how, then a language and the keyword in it, each ended by a zero.</summary>
    private static PngText? International(ReadOnlySpan<byte> data)
    {
        var words = data[2..];
        for (var part = 0; part < 2; part++)
        {
            if (words.IndexOf((byte)0) is not (>= 0 and var end))
            {
                return null;
            }
            words = words[(end + 1)..];
        }
        return data[0] == 0 ? new PngText(words.ToArray(), false) : Unpack(words);
    }

    /// <summary>As ImageMagick writes metadata: a name, a length, then hexadecimal digits in lines.</summary>
    private static PngText? Profile(byte[] words)
    {
        var lines = Encoding.Latin1.GetString(words).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var digits = string.Concat(lines.Skip(2));
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? new PngText(Convert.FromHexString(digits), true) : null;
    }

    private static PngText? Unpack(ReadOnlySpan<byte> packed)
    {
        try
        {
            using var source = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            using var words = new MemoryStream();
            var buffer = new byte[81920];
            while (words.Length < LongestText && source.Read(buffer) is > 0 and var read)
            {
                words.Write(buffer, 0, read);
            }
            return new PngText(words.ToArray(), true);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
