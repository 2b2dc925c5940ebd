using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LabelStudio.Web.Worker;

/// <summary>Embeddings on the wire: the number of records, then for each the image's id (8 bytes) and its numbers.</summary>
public static class EmbeddingWire
{
    public static async Task WriteAsync(
        Stream target, IReadOnlyList<(long ImageId, ReadOnlyMemory<float> Embedding)> records, CancellationToken cancellationToken)
    {
        var head = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(head, records.Count);
        await target.WriteAsync(head, cancellationToken);
        var id = new byte[sizeof(long)];
        foreach (var (imageId, embedding) in records)
        {
            BinaryPrimitives.WriteInt64LittleEndian(id, imageId);
            await target.WriteAsync(id, cancellationToken);
            await target.WriteAsync(MemoryMarshal.AsBytes(embedding.Span).ToArray(), cancellationToken);
        }
    }

    public static async Task ReadAsync(Stream source, int embeddingSize, Action<long, float[]> onRecord, CancellationToken cancellationToken)
    {
        var head = new byte[sizeof(int)];
        await source.ReadExactlyAsync(head, cancellationToken);
        var count = BinaryPrimitives.ReadInt32LittleEndian(head);
        var id = new byte[sizeof(long)];
        var bytes = new byte[embeddingSize * sizeof(float)];
        for (var record = 0; record < count; record++)
        {
            await source.ReadExactlyAsync(id, cancellationToken);
            await source.ReadExactlyAsync(bytes, cancellationToken);
            onRecord(BinaryPrimitives.ReadInt64LittleEndian(id), MemoryMarshal.Cast<byte, float>(bytes).ToArray());
        }
    }
}
