using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LabelStudio.Web.Worker;

/// <summary>Embeddings on the wire: the number of records, then for each its place in the list of images and its numbers.</summary>
public static class EmbeddingWire
{
    public static async Task WriteAsync(
        Stream target, IReadOnlyList<(int Index, ReadOnlyMemory<float> Embedding)> records, CancellationToken cancellationToken)
    {
        var head = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(head, records.Count);
        await target.WriteAsync(head, cancellationToken);
        foreach (var (index, embedding) in records)
        {
            BinaryPrimitives.WriteInt32LittleEndian(head, index);
            await target.WriteAsync(head, cancellationToken);
            await target.WriteAsync(MemoryMarshal.AsBytes(embedding.Span).ToArray(), cancellationToken);
        }
    }

    public static async Task ReadAsync(Stream source, int embeddingSize, Action<int, float[]> onRecord, CancellationToken cancellationToken)
    {
        var head = new byte[sizeof(int)];
        await source.ReadExactlyAsync(head, cancellationToken);
        var count = BinaryPrimitives.ReadInt32LittleEndian(head);
        var bytes = new byte[embeddingSize * sizeof(float)];
        for (var record = 0; record < count; record++)
        {
            await source.ReadExactlyAsync(head, cancellationToken);
            await source.ReadExactlyAsync(bytes, cancellationToken);
            onRecord(BinaryPrimitives.ReadInt32LittleEndian(head), MemoryMarshal.Cast<byte, float>(bytes).ToArray());
        }
    }
}
