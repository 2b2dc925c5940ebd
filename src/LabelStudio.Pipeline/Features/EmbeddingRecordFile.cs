using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace LabelStudio.Pipeline.Features;

/// <summary>
/// The append-only file behind an <see cref="EmbeddingStore"/>: a header, then records of fixed size: content hash, numbers,
/// checksum. A record that was not written whole fails its checksum, so a crash costs at most the last ones.
/// </summary>
internal sealed class EmbeddingRecordFile : IDisposable
{
    private const int HashBytes = 32;
    private const int ChecksumBytes = 4;
    private const int HeaderBytes = 64;
    private static readonly byte[] Magic = "LSNEMB01"u8.ToArray();
    private readonly FileStream _file;
    private readonly byte[] _record;
    private readonly int _embeddingSize;

    private EmbeddingRecordFile(FileStream file, int embeddingSize)
    {
        (_file, _embeddingSize) = (file, embeddingSize);
        _record = new byte[HashBytes + (embeddingSize * sizeof(float)) + ChecksumBytes];
    }

    /// <summary>Opens or makes the file, hands every whole record to <paramref name="onRecord"/>, and cuts off a torn tail.</summary>
    /// <exception cref="InvalidDataException">The file holds embeddings of another key or size.</exception>
    public static EmbeddingRecordFile Open(string path, string key, int embeddingSize, Action<string, ReadOnlySpan<float>> onRecord)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1 << 20);
        try
        {
            var records = new EmbeddingRecordFile(file, embeddingSize);
            records.CheckHeader(key);
            records.ReadAll(onRecord);
            return records;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Append(string sha256, ReadOnlySpan<float> embedding)
    {
        Convert.FromHexString(sha256).CopyTo(_record, 0);
        MemoryMarshal.AsBytes(embedding).CopyTo(_record.AsSpan(HashBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(_record.AsSpan(_record.Length - ChecksumBytes), Checksum(_record));
        _file.Write(_record);
    }

    /// <summary>Hands what was appended to the operating system. A lost record is computed again, so no forced write to disk.</summary>
    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    private void CheckHeader(string key)
    {
        var expected = new byte[HeaderBytes];
        Magic.CopyTo(expected, 0);
        BinaryPrimitives.WriteInt32LittleEndian(expected.AsSpan(Magic.Length), _embeddingSize);
        Encoding.ASCII.GetBytes(key).AsSpan().CopyTo(expected.AsSpan(Magic.Length + sizeof(int)));
        if (_file.Length < HeaderBytes)
        {
            _file.SetLength(0);
            _file.Write(expected);
            _file.Flush();
            return;
        }
        var found = new byte[HeaderBytes];
        _file.ReadExactly(found);
        if (!found.AsSpan().SequenceEqual(expected))
        {
            throw new InvalidDataException(
                $"The embedding file '{_file.Name}' does not belong to {key}. Delete it: the embeddings are computed again.");
        }
    }

    private void ReadAll(Action<string, ReadOnlySpan<float>> onRecord)
    {
        var whole = (_file.Length - HeaderBytes) / _record.Length;
        for (var index = 0L; index < whole; index++)
        {
            _file.ReadExactly(_record);
            // A damaged record in the middle is left out; its image is computed again and appended.
            if (BinaryPrimitives.ReadUInt32LittleEndian(_record.AsSpan(_record.Length - ChecksumBytes)) == Checksum(_record))
            {
                var numbers = _record.AsSpan(HashBytes, _embeddingSize * sizeof(float));
                onRecord(Convert.ToHexStringLower(_record.AsSpan(0, HashBytes)), MemoryMarshal.Cast<byte, float>(numbers));
            }
        }
        _file.SetLength(HeaderBytes + (whole * _record.Length));
        _file.Seek(0, SeekOrigin.End);
    }

    private static uint Checksum(byte[] record)
    {
        // Starts at all ones so that a hole of zeros in the file is no valid record.
        var checksum = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, uint>(record.AsSpan(0, record.Length - ChecksumBytes));
        foreach (var word in words)
        {
            checksum = BitOperations.Crc32C(checksum, word);
        }
        return checksum;
    }
}
