using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using LabelStudio.Learning.Backbones;

namespace LabelStudio.Learning.Training;

/// <summary>
/// A checkpoint as bytes: length of a JSON header, the header, the tensors' raw little-endian float32, and the SHA-256 of
/// all that, so that a cut or damaged file is known as such.
/// </summary>
public static class CheckpointFile
{
    private const int LongestHeader = 16 * 1024 * 1024;

    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Writes a checkpoint.</summary>
    /// <exception cref="IOException">The target cannot be written.</exception>
    public static void Write(TrainingCheckpoint checkpoint, Stream target)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(target);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            target.Write(bytes);
        }

        var tensors = checkpoint.Tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new Header(checkpoint, [.. tensors.Select(pair => new Place(pair.Key, pair.Value.Shape))]), s_json);
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        Put(length);
        Put(header);
        foreach (var (_, tensor) in tensors)
        {
            Put(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
        }
        target.Write(hash.GetHashAndReset());
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="InvalidDataException">The bytes are no checkpoint, are cut off or damaged.</exception>
    public static TrainingCheckpoint Read(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            return ReadWhole(source);
        }
        catch (Exception error) when (error is EndOfStreamException or JsonException or OverflowException)
        {
            throw new InvalidDataException("The checkpoint is cut off or damaged. Launch the run again from its start.", error);
        }
    }

    private static TrainingCheckpoint ReadWhole(Stream source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Fill(Span<byte> bytes)
        {
            source.ReadExactly(bytes);
            hash.AppendData(bytes);
        }

        var length = new byte[sizeof(int)];
        Fill(length);
        var headerLength = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (headerLength is <= 0 or > LongestHeader)
        {
            throw new InvalidDataException("These bytes are no checkpoint. Launch the run again from its start.");
        }
        var json = new byte[headerLength];
        Fill(json);
        var header = JsonSerializer.Deserialize<Header>(json, s_json) ?? throw new JsonException("The header is empty.");
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (var (name, shape) in header.Tensors)
        {
            var values = new float[checked((int)shape.Aggregate(1L, (product, dimension) => checked(product * dimension)))];
            Fill(MemoryMarshal.AsBytes(values.AsSpan()));
            tensors.Add(name, new WeightTensor(shape, values));
        }
        var expected = new byte[SHA256.HashSizeInBytes];
        source.ReadExactly(expected);
        return hash.GetHashAndReset().AsSpan().SequenceEqual(expected)
            ? header.Checkpoint with { Tensors = tensors }
            : throw new InvalidDataException("The checkpoint is damaged: its checksum does not fit. Launch the run again from its start.");
    }

    private sealed record Header(TrainingCheckpoint Checkpoint, IReadOnlyList<Place> Tensors);

    private sealed record Place(string Name, long[] Shape);
}
