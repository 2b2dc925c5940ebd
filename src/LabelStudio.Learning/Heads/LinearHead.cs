using System.Numerics.Tensors;

namespace LabelStudio.Learning.Heads;

/// <summary>
/// A linear layer from the raw embedding to the logits: <c>logits = embedding · Wᵀ + b</c>.
/// Immutable by convention: the arrays are owned by the head and nobody may write to them, hence safe on every thread.
/// </summary>
public sealed class LinearHead
{
    /// <summary>Takes over (does not copy) weight float32 [classes, embeddingSize] row by row and bias float32 [classes].</summary>
    /// <exception cref="ArgumentException">A length does not fit the number of classes and the embedding size.</exception>
    public LinearHead(ClassIndexMap classes, int embeddingSize, float[] weight, float[] bias)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(embeddingSize);
        if (weight.Length != classes.Count * embeddingSize || bias.Length != classes.Count)
        {
            throw new ArgumentException(
                $"A head of {classes.Count} classes on embeddings of {embeddingSize} numbers has {classes.Count * embeddingSize} weights "
                + $"and {classes.Count} biases, but {weight.Length} and {bias.Length} were given.", nameof(weight));
        }

        (Classes, EmbeddingSize, Weight, Bias) = (classes, embeddingSize, weight, bias);
    }

    /// <summary>Which class each logit stands for.</summary>
    public ClassIndexMap Classes { get; }

    /// <summary>Numbers in one embedding.</summary>
    public int EmbeddingSize { get; }

    /// <summary>float32 [classes, embeddingSize], row by row. Read only.</summary>
    public float[] Weight { get; }

    /// <summary>float32 [classes]. Read only.</summary>
    public float[] Bias { get; }

    /// <summary>Euclidean length of each class's row, by index. A class with a longer row than others is called more often.</summary>
    public IReadOnlyList<double> RowNorms() => [.. Enumerable.Range(0, Classes.Count).Select(index => (double)TensorPrimitives.Norm<float>(Weight.AsSpan(index * EmbeddingSize, EmbeddingSize)))];

    /// <summary>A head whose weights and biases are all 0: every class is equally likely.</summary>
    public static LinearHead Zero(ClassIndexMap classes, int embeddingSize)
    {
        ArgumentNullException.ThrowIfNull(classes);
        return new LinearHead(classes, embeddingSize, new float[classes.Count * embeddingSize], new float[classes.Count]);
    }

    /// <summary>
    /// A new head for more classes. The old rows are equal bit for bit, so the old logits are the very same right after
    /// growth. A new class starts with zeros.
    /// </summary>
    /// <param name="classes">A map whose first classes are this head's classes.</param>
    /// <exception cref="ArgumentException">The map does not begin with this head's classes.</exception>
    public LinearHead GrowTo(ClassIndexMap classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if (!Classes.IsPrefixOf(classes))
        {
            throw new ArgumentException("The grown class index map must begin with the head's own classes in the same order.", nameof(classes));
        }

        var grown = Zero(classes, EmbeddingSize);
        Weight.CopyTo(grown.Weight, 0);
        Bias.CopyTo(grown.Bias, 0);
        return grown;
    }

    /// <summary>The weights of one class, float32 [embeddingSize].</summary>
    public ReadOnlySpan<float> Row(int index) => Weight.AsSpan(index * EmbeddingSize, EmbeddingSize);

    /// <summary>Computes logits of <paramref name="count"/> raw embeddings. Thread-safe.</summary>
    /// <param name="embeddings">float32 [count, embeddingSize].</param>
    /// <param name="count">Number of embeddings.</param>
    /// <param name="logits">Receives float32 [count, classes].</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Logits(ReadOnlySpan<float> embeddings, int count, Span<float> logits)
    {
        if (embeddings.Length < count * EmbeddingSize || logits.Length < count * Classes.Count)
        {
            throw new ArgumentException($"The spans are too short for {count} embeddings of {EmbeddingSize} and {Classes.Count} classes.", nameof(embeddings));
        }

        for (var row = 0; row < count; row++)
        {
            // One embedding (5 kB) stays in the first-level cache while it meets every class.
            var embedding = embeddings.Slice(row * EmbeddingSize, EmbeddingSize);
            for (var index = 0; index < Classes.Count; index++)
            {
                logits[(row * Classes.Count) + index] = TensorPrimitives.Dot(embedding, Row(index)) + Bias[index];
            }
        }
    }
}
