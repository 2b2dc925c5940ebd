using NetVips;

namespace LabelStudio.Learning.Imaging;

/// <summary>A picture file's bytes, on disk or in memory, that can be opened several times.</summary>
/// <remarks>Sources and not libvips' file calls: those would read options out of a name that ends in brackets.</remarks>
internal readonly struct EncodedImage
{
    private const int StartLength = 64;
    private readonly string? _path;
    private readonly byte[]? _bytes;

    private EncodedImage(string? path, byte[]? bytes, long length)
    {
        _path = path;
        _bytes = bytes;
        Length = length;
    }

    internal long Length { get; }

    internal static EncodedImage Of(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(path, null, new FileInfo(path).Length);
    }

    internal static EncodedImage Of(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new(null, bytes, bytes.Length);
    }

    /// <summary>Opens the bytes for one reading. The caller owns the source.</summary>
    internal Source OpenSource()
    {
        if (Length == 0)
        {
            throw new ImageRefusedException(ImageFormat.Refusal([]));
        }
        return _path is not null ? Source.NewFromFile(_path) : Source.NewFromMemory(_bytes);
    }

    internal byte[] Start()
    {
        if (_bytes is not null)
        {
            return _bytes[..Math.Min(StartLength, _bytes.Length)];
        }
        using var stream = File.OpenRead(_path!);
        var start = new byte[Math.Min(StartLength, stream.Length)];
        stream.ReadExactly(start);
        return start;
    }
}
