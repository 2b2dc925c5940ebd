using System.Numerics.Tensors;

namespace LabelStudio.Learning.Training;

/// <summary>Embeddings of some images with their targets. The arrays are shared, not copied: nobody may write to them.</summary>
public sealed record EmbeddingSet
{
    /// <summary>Takes over the arrays.</summary>
    /// <param name="count">Images, N.</param>
    /// <param name="embeddingSize">Numbers in one embedding, D.</param>
    /// <param name="embeddings">Raw embeddings, float32 [N, D].</param>
    /// <param name="targets">Class index of each image, [N], not negative.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a target is negative.</exception>
    public EmbeddingSet(int count, int embeddingSize, float[] embeddings, int[] targets)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(embeddingSize);
        if (targets.Length != count || embeddings.Length != (long)count * embeddingSize)
        {
            throw new ArgumentException(
                $"{embeddings.Length} numbers and {targets.Length} targets do not fit {count} embeddings of {embeddingSize}.", nameof(embeddings));
        }

        if (count > 0 && TensorPrimitives.Min<int>(targets) < 0)
        {
            throw new ArgumentException("A target is negative: the class of its image has no index in the model.", nameof(targets));
        }

        (Count, EmbeddingSize, Embeddings, Targets) = (count, embeddingSize, embeddings, targets);
    }

    /// <summary>Images, N.</summary>
    public int Count { get; }

    /// <summary>Numbers in one embedding, D.</summary>
    public int EmbeddingSize { get; }

    /// <summary>Raw embeddings, float32 [N, D], row by row. Read only.</summary>
    public float[] Embeddings { get; }

    /// <summary>Class index of each image, [N]. Read only.</summary>
    public int[] Targets { get; }

    /// <summary>A set without images.</summary>
    public static EmbeddingSet Empty(int embeddingSize) => new(0, embeddingSize, [], []);

    /// <summary>A copy of some rows, in the order given.</summary>
    public EmbeddingSet Only(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var embeddings = new float[rows.Count * EmbeddingSize];
        for (var index = 0; index < rows.Count; index++)
        {
            Row(rows[index]).CopyTo(embeddings.AsMemory(index * EmbeddingSize));
        }

        return new EmbeddingSet(rows.Count, EmbeddingSize, embeddings, [.. rows.Select(row => Targets[row])]);
    }

    /// <summary>The embedding of one image, float32 [D].</summary>
    public ReadOnlyMemory<float> Row(int index) => Embeddings.AsMemory(index * EmbeddingSize, EmbeddingSize);
}
