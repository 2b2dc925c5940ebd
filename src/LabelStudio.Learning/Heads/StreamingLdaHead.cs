using System.Numerics.Tensors;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Heads;

/// <summary>
/// The live head: linear discriminant analysis on frozen embeddings, kept as sums, so that it learns from one label in
/// milliseconds, unlearns it exactly, and is at every moment what training on all labels at once would give, whatever their
/// order. It cannot forget: no old image is needed.
/// Source: Hayes and Kanan 2020, "Lifelong machine learning with deep streaming linear discriminant analysis"; Fisher 1936.
/// </summary>
/// <remarks>
/// Not thread-safe: one owner. The sums belong to one backbone; when a weight of it changes, start a new head.
/// Memory: 8·D² bytes (13 MB at D = 1280) and 8·D bytes a class.
/// </remarks>
public sealed class StreamingLdaHead
{
    private readonly LdaSums _sums;
    private readonly double[] _x;

    /// <summary>An empty head for raw embeddings of this many numbers.</summary>
    public StreamingLdaHead(int embeddingSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(embeddingSize);
        EmbeddingSize = embeddingSize;
        _sums = new LdaSums(embeddingSize);
        _x = new double[embeddingSize];
    }

    /// <summary>Numbers in one embedding, D.</summary>
    public int EmbeddingSize { get; }

    /// <summary>Images learned.</summary>
    public long Count => _sums.Count;

    /// <summary>Images learned of each class that has any. A copy.</summary>
    public IReadOnlyDictionary<Guid, long> CountsByClass => _sums.Classes.ToDictionary(pair => pair.Key, pair => pair.Value.Count);

    internal LdaSums Sums => _sums;

    /// <summary>Learns one image; a class seen for the first time begins here. About 1 ms at D = 1280.</summary>
    /// <param name="classId">The image's class.</param>
    /// <param name="embedding">Raw embedding, float32 [D], not negative.</param>
    /// <exception cref="ArgumentException">The embedding has another length or holds a number that is not finite.</exception>
    public void Add(Guid classId, ReadOnlySpan<float> embedding) => _sums.Add(classId, Transform(embedding));

    /// <summary>Learns many images at once, much faster than one by one (10,000 in about a second).</summary>
    /// <param name="classIds">The class of each image, [N].</param>
    /// <param name="embeddings">Raw embeddings, float32 [N, D].</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a number is not finite; nothing is learned then.</exception>
    public void AddRange(ReadOnlySpan<Guid> classIds, ReadOnlySpan<float> embeddings)
    {
        if (embeddings.Length != classIds.Length * EmbeddingSize)
        {
            throw new ArgumentException($"{classIds.Length} classes do not fit {embeddings.Length} numbers of {EmbeddingSize} each.", nameof(embeddings));
        }

        ThrowIfNotFinite(embeddings);
        const int rowsPerBlock = 512;
        for (var start = 0; start < classIds.Length; start += rowsPerBlock)
        {
            var rows = Math.Min(rowsPerBlock, classIds.Length - start);
            AddBlock(classIds.Slice(start, rows), embeddings.Slice(start * EmbeddingSize, rows * EmbeddingSize));
        }
    }

    /// <summary>Takes out one image that was learned under this class with this same embedding.</summary>
    /// <exception cref="InvalidOperationException">The class holds no image; nothing changes.</exception>
    /// <exception cref="ArgumentException">The embedding has another length or holds a number that is not finite.</exception>
    public void Remove(Guid classId, ReadOnlySpan<float> embedding) => _sums.Remove(classId, Transform(embedding));

    /// <summary>Moves one learned image from a class to another.</summary>
    /// <exception cref="InvalidOperationException">The first class holds no image; nothing changes.</exception>
    /// <exception cref="ArgumentException">The embedding has another length or holds a number that is not finite.</exception>
    public void Relabel(Guid from, Guid to, ReadOnlySpan<float> embedding) => _sums.Relabel(from, to, Transform(embedding));

    /// <summary>Makes all images of a class images of another. A class without images is left alone.</summary>
    public void MergeClass(Guid from, Guid into) => _sums.MergeClass(from, into);

    /// <summary>Adds what another head has learned, as if its images had been added here.</summary>
    /// <exception cref="ArgumentException">The embedding sizes differ.</exception>
    public void Merge(StreamingLdaHead other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.EmbeddingSize != EmbeddingSize)
        {
            throw new ArgumentException($"Heads on embeddings of {EmbeddingSize} and {other.EmbeddingSize} numbers do not merge.", nameof(other));
        }

        _sums.Merge(other._sums);
    }

    /// <summary>
    /// The classifier that follows from what was learned so far, or null while nothing was. 30 to 60 ms at D = 1280.
    /// Its classes are those that have images, in ascending order of their ids, so that the order of learning does not show.
    /// </summary>
    public LdaSolution? Solve() => Count == 0 ? null : LdaSolver.Solve(_sums);

    private ReadOnlySpan<double> Transform(ReadOnlySpan<float> embedding)
    {
        if (embedding.Length != EmbeddingSize)
        {
            throw new ArgumentException($"An embedding of {embedding.Length} numbers does not fit a live head for {EmbeddingSize}.", nameof(embedding));
        }

        ThrowIfNotFinite(embedding);
        UnitRootEmbedding.Write(embedding, _x);
        return _x;
    }

    private static void ThrowIfNotFinite(ReadOnlySpan<float> embeddings)
    {
        // One such number would poison the sums for ever.
        if (!embeddings.IsEmpty && !TensorPrimitives.IsFiniteAll(embeddings))
        {
            throw new ArgumentException("The embedding holds a number that is not finite. Compute it again from the image.", nameof(embeddings));
        }
    }

    private void AddBlock(ReadOnlySpan<Guid> classIds, ReadOnlySpan<float> embeddings)
    {
        var x = new double[embeddings.Length];
        for (var row = 0; row < classIds.Length; row++)
        {
            var span = x.AsSpan(row * EmbeddingSize, EmbeddingSize);
            UnitRootEmbedding.Write(embeddings.Slice(row * EmbeddingSize, EmbeddingSize), span);
            _sums.AddToClass(classIds[row], span, 1);
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var rows = tensor(x, [classIds.Length, EmbeddingSize]); // [N, D]
        _sums.AddScatter(rows.t().matmul(rows).data<double>().ToArray());
    }
}
