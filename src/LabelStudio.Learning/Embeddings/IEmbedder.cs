namespace LabelStudio.Learning.Embeddings;

/// <summary>Turns prepared pictures into embeddings. Thread-safe.</summary>
public interface IEmbedder : IDisposable
{
    /// <summary>What its embeddings depend on.</summary>
    EmbeddingKey Key { get; }

    /// <summary>Numbers in one embedding.</summary>
    int EmbeddingSize { get; }

    /// <summary>Computes embeddings of a batch.</summary>
    /// <param name="images">float32 [count, 3, S, S], prepared as <see cref="EmbeddingKey.SidePx"/> and <see cref="EmbeddingKey.PreprocessingVersion"/> say.</param>
    /// <param name="count">Pictures in the batch, at least 1.</param>
    /// <param name="embeddings">Receives float32 [count, embeddingSize].</param>
    void Embed(ReadOnlyMemory<float> images, int count, Span<float> embeddings);
}
