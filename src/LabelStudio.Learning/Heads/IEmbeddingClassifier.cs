namespace LabelStudio.Learning.Heads;

/// <summary>Tells classes from raw embeddings: the live head's solution, or the head of a trained model. Thread-safe.</summary>
public interface IEmbeddingClassifier
{
    /// <summary>The classes it can tell, in the order of the logits.</summary>
    ClassIndexMap Classes { get; }

    /// <summary>Numbers in one embedding, D.</summary>
    int EmbeddingSize { get; }

    /// <summary>The logits are divided by this before the softmax. Above 0.</summary>
    double Temperature { get; }

    /// <summary>Computes logits of raw embeddings.</summary>
    /// <param name="rawEmbeddings">float32 [count, D].</param>
    /// <param name="count">Number of embeddings.</param>
    /// <param name="logits">Receives float32 [count, classes].</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    void Logits(ReadOnlySpan<float> rawEmbeddings, int count, Span<float> logits);
}
