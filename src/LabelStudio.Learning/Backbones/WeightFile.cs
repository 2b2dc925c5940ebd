using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LabelStudio.Learning.Backbones;

/// <summary>
/// Named float32 tensors in the safetensors format: 8 bytes header length, JSON header, raw little-endian numbers. Read
/// into arrays and not into tensors, so that serving a model needs no libtorch. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Source: the format's description in the repository huggingface/safetensors. The package TorchSharp.PyBridge was
/// considered: it reads only into TorchSharp modules and brings a reader of pickled Python objects, which must not be
/// near files from strangers.
/// </remarks>
public sealed class WeightFile
{
    private const int LengthBytes = sizeof(ulong);

    private WeightFile(IReadOnlyDictionary<string, WeightTensor> tensors, string sha256)
    {
        Tensors = tensors;
        Sha256 = sha256;
    }

    /// <summary>Every tensor by its name, such as <c>blocks.0.0.conv_dw.weight</c>.</summary>
    public IReadOnlyDictionary<string, WeightTensor> Tensors { get; }

    /// <summary>SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; }

    /// <summary>Reads a whole file.</summary>
    /// <param name="safetensorsPath">The file; nothing in it is executed.</param>
    /// <exception cref="InvalidDataException">Not safetensors, a type other than float32, or sizes that do not fit the file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static WeightFile Read(string safetensorsPath)
    {
        var bytes = File.ReadAllBytes(safetensorsPath);
        try
        {
            return new(Parse(bytes), Hash(bytes));
        }
        catch (Exception error) when (error is InvalidDataException or System.Text.Json.JsonException)
        {
            throw new InvalidDataException($"The weight file '{safetensorsPath}' cannot be used: {error.Message} Copy it again from where it came.", error);
        }
    }

    /// <summary>Holds tensors as the file that <see cref="Write"/> would make of them.</summary>
    /// <param name="tensors">Taken over: do not change them afterwards.</param>
    public static WeightFile Of(IReadOnlyDictionary<string, WeightTensor> tensors) => new(tensors, Hash(Serialize(tensors)));

    /// <summary>Writes tensors, in the order of their names, so that equal tensors make equal files.</summary>
    /// <param name="path">Target; an existing file is replaced only once the new one is whole and on the disk.</param>
    /// <param name="tensors">What to write.</param>
    /// <exception cref="ArgumentException">A tensor has another count of numbers than its shape says.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        var bytes = Serialize(tensors);
        var temporary = path + ".tmp";
        using (var stream = File.Create(temporary))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static Dictionary<string, WeightTensor> Parse(byte[] bytes)
    {
        var headerLength = bytes.Length < LengthBytes ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (headerLength is 0 || headerLength > (ulong)(bytes.Length - LengthBytes))
        {
            throw new InvalidDataException("It is no safetensors file or is cut off.");
        }
        var header = SafetensorsHeader.Parse(bytes.AsSpan(LengthBytes, (int)headerLength));
        var data = bytes.AsSpan(LengthBytes + (int)headerLength);
        var tensors = new Dictionary<string, WeightTensor>(header.Count, StringComparer.Ordinal);
        foreach (var (name, shape, begin, end) in header)
        {
            if (end > data.Length)
            {
                throw new InvalidDataException($"The numbers of '{name}' lie outside the file.");
            }
            tensors.Add(name, new(shape, MemoryMarshal.Cast<byte, float>(data[(int)begin..(int)end]).ToArray()));
        }
        return tensors;
    }

    private static byte[] Serialize(IReadOnlyDictionary<string, WeightTensor> tensors)
    {
        var ordered = tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        foreach (var (name, tensor) in ordered)
        {
            if (SafetensorsHeader.Count(tensor.Shape) != tensor.Values.Length)
            {
                throw new ArgumentException($"The tensor '{name}' of shape [{string.Join(", ", tensor.Shape)}] holds {tensor.Values.Length} numbers.", nameof(tensors));
            }
        }
        var header = SafetensorsHeader.Format(ordered);
        var bytes = new byte[LengthBytes + header.Length + ordered.Sum(pair => (long)pair.Value.Values.Length * sizeof(float))];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)header.Length);
        header.CopyTo(bytes, LengthBytes);
        var rest = bytes.AsSpan(LengthBytes + header.Length);
        foreach (var (_, tensor) in ordered)
        {
            var raw = MemoryMarshal.AsBytes(tensor.Values.AsSpan());
            raw.CopyTo(rest);
            rest = rest[raw.Length..];
        }
        return bytes;
    }
}
