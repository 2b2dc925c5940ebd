using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Pipeline.Tests.Hosting;

/// <summary>A network of two operations: the embedding is the mean and the largest value of the picture.</summary>
internal sealed class FakeEmbedder(string backbone = "fa4e", Action? onEmbed = null) : IEmbedder
{
    private int _images;

    public EmbeddingKey Key { get; } = new(backbone, 64, 1);

    public int EmbeddingSize => 2;

    public int Images => _images;

    public void Embed(ReadOnlyMemory<float> images, int count, Span<float> embeddings)
    {
        onEmbed?.Invoke();
        var length = images.Length / Math.Max(count, 1);
        var side = 3 * Key.SidePx * Key.SidePx;
        Assert.True(length >= side);
        for (var row = 0; row < count; row++)
        {
            var pixels = images.Span.Slice(row * side, side);
            embeddings[row * 2] = System.Numerics.Tensors.TensorPrimitives.Average(pixels) + 1;
            embeddings[(row * 2) + 1] = System.Numerics.Tensors.TensorPrimitives.Max(pixels) + 1;
        }
        Interlocked.Add(ref _images, count);
    }

    public void Dispose()
    {
    }
}
