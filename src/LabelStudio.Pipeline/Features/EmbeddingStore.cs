using System.Collections.Concurrent;
using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Pipeline.Features;

/// <summary>
/// All embeddings of one <see cref="EmbeddingKey"/>, by content hash, in memory and in an append-only file. Reading takes no
/// lock and copies nothing: an embedding never changes once it is there. Thread-safe.
/// </summary>
public sealed class EmbeddingStore : IDisposable
{
    private const int RowsPerChunk = 1024;
    private readonly ConcurrentDictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly EmbeddingRecordFile _file;
    private readonly string _refusedPath;
    private volatile float[][] _chunks = [];
    private int _count;

    private EmbeddingStore(string folder, EmbeddingKey key, int embeddingSize)
    {
        (Key, EmbeddingSize) = (key, embeddingSize);
        Directory.CreateDirectory(folder);
        _refusedPath = Path.Combine(folder, $"{key}.refused");
        _file = EmbeddingRecordFile.Open(Path.Combine(folder, $"{key}.embeddings"), key.ToString(), embeddingSize, (sha256, numbers) => Keep(sha256, numbers));
        foreach (var line in File.Exists(_refusedPath) ? File.ReadLines(_refusedPath) : [])
        {
            var parts = line.Split('\t', 2);
            _refused[parts[0]] = parts.Length > 1 ? parts[1] : "";
        }
    }

    public EmbeddingKey Key { get; }

    public int EmbeddingSize { get; }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Opens the store of a key, made when absent. Reads all of it: not for a thread that somebody waits on.</summary>
    public static EmbeddingStore Open(string folder, EmbeddingKey key, int embeddingSize) => new(folder, key, embeddingSize);

    public bool Contains(string sha256) => _rows.ContainsKey(sha256);

    public bool TryGet(string sha256, out ReadOnlyMemory<float> embedding)
    {
        if (_rows.TryGetValue(sha256, out var row))
        {
            embedding = _chunks[row / RowsPerChunk].AsMemory(row % RowsPerChunk * EmbeddingSize, EmbeddingSize);
            return true;
        }
        embedding = default;
        return false;
    }

    /// <summary>Keeps an embedding; one that is there already stays as it is.</summary>
    public void Append(string sha256, ReadOnlySpan<float> embedding)
    {
        if (embedding.Length != EmbeddingSize)
        {
            throw new ArgumentException($"An embedding of {embedding.Length} numbers does not fit a store of {EmbeddingSize}.", nameof(embedding));
        }
        lock (_gate)
        {
            if (Keep(sha256, embedding))
            {
                _file.Append(sha256, embedding);
            }
        }
    }

    /// <summary>Writes appended embeddings out; call it after a batch.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            _file.Flush();
        }
    }

    /// <summary>Remembers that no embedding can be computed for this content, so that it is not tried at each start.</summary>
    public void Refuse(string sha256, string reason)
    {
        lock (_gate)
        {
            if (_refused.TryAdd(sha256, reason))
            {
                File.AppendAllText(_refusedPath, $"{sha256}\t{reason.ReplaceLineEndings(" ")}\n");
            }
        }
    }

    public bool IsRefused(string sha256) => _refused.ContainsKey(sha256);

    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
        }
    }

    private bool Keep(string sha256, ReadOnlySpan<float> embedding)
    {
        if (_rows.ContainsKey(sha256))
        {
            return false;
        }
        if (_count == _chunks.Length * RowsPerChunk)
        {
            _chunks = [.. _chunks, new float[RowsPerChunk * EmbeddingSize]];
        }
        embedding.CopyTo(_chunks[_count / RowsPerChunk].AsSpan(_count % RowsPerChunk * EmbeddingSize));
        // Published last: a reader that sees the row number sees the numbers too.
        _rows[sha256] = _count;
        Volatile.Write(ref _count, _count + 1);
        return true;
    }
}
