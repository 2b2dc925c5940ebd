namespace LabelStudio.Learning.Embeddings;

/// <summary>Turns prepared pictures into embeddings. Implementations are thread-safe.</summary>
public interface IEmbedder : IDisposable
{
    /// <summary>What its embeddings depend on.</summary>
    EmbeddingKey Key { get; }

    /// <summary>Numbers of one embedding (D).</summary>
    int EmbeddingSize { get; }

    /// <summary>Computes embeddings.</summary>
    /// <param name="images">float32 [count, 3, S, S] as <see cref="Imaging.ImageDecoder"/> makes them; not changed, but must stay unchanged until the call ends.</param>
    /// <param name="count">Number of pictures.</param>
    /// <param name="embeddings">Receives float32 [count, D].</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    void Embed(ReadOnlyMemory<float> images, int count, Span<float> embeddings);
}
