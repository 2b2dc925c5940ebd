using System.Numerics.Tensors;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Duplicates;

/// <summary>
/// Embeddings as the live head sees them (root, unit length), then centred on their mean and brought to unit length again:
/// what all images of a project share says nothing about which of them are alike. Computed on the fly, thread-safe.
/// </summary>
internal sealed class CentredEmbeddings
{
    private readonly Func<int, ReadOnlyMemory<float>> _embedding;
    private readonly float[] _mean;

    private CentredEmbeddings(Func<int, ReadOnlyMemory<float>> embedding, int count, float[] mean) =>
        (_embedding, Count, _mean) = (embedding, count, mean);

    public int Count { get; }

    public int Size => _mean.Length;

    public static CentredEmbeddings Of(int count, int size, Func<int, ReadOnlyMemory<float>> embedding, CancellationToken stop)
    {
        var (row, mean) = (new float[size], new float[size]);
        for (var image = 0; image < count; image++)
        {
            stop.ThrowIfCancellationRequested();
            UnitRootEmbedding.Write(embedding(image).Span, row);
            TensorPrimitives.Add(mean, row, mean);
        }

        TensorPrimitives.Divide(mean, Math.Max(1, count), mean);
        return new(embedding, count, mean);
    }

    /// <summary>Writes one embedding, float32 [size], of unit length; zeros for an image that is the mean itself.</summary>
    public void Write(int image, Span<float> row)
    {
        UnitRootEmbedding.Write(_embedding(image).Span, row);
        TensorPrimitives.Subtract(row, _mean, row);
        var length = TensorPrimitives.Norm<float>(row);
        if (length > 0)
        {
            TensorPrimitives.Divide(row, length, row);
        }
    }

    /// <summary>Cosine of two embeddings, −1 to 1.</summary>
    public double Cosine(int first, int second)
    {
        var (one, other) = (new float[Size], new float[Size]);
        Write(first, one);
        Write(second, other);
        return TensorPrimitives.Dot<float>(one, other);
    }
}
