using LabelStudio.Learning.Embeddings;

namespace LabelStudio.Pipeline.Tests.Training;

/// <summary>Gives a picture's first numbers as its embedding.</summary>
internal sealed class WideEmbedder(int sidePx) : IEmbedder
{
    public EmbeddingKey Key { get; } = new("fa4e", sidePx, 1);

    public int EmbeddingSize => 1280;

    public void Embed(ReadOnlyMemory<float> images, int count, Span<float> embeddings)
    {
        for (var index = 0; index < embeddings.Length; index++)
        {
            embeddings[index] = Math.Abs(images.Span[index % images.Length]);
        }
    }

    public void Dispose()
    {
    }
}
