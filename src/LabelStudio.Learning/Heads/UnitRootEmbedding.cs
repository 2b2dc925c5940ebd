using System.Numerics.Tensors;

namespace LabelStudio.Learning.Heads;

/// <summary>
/// What the live head sees of an embedding <c>e ≥ 0</c>: <c>x = √e / |√e|</c>. The root evens out the few large numbers of
/// an embedding, the unit length takes out the image's contrast; on four data sets both together gained 0.5 to 1.5 points.
/// </summary>
internal static class UnitRootEmbedding
{
    /// <summary>Writes x in float64 and returns the length |√e| (0 for an embedding of zeros, whose x is zeros).</summary>
    public static double Write(ReadOnlySpan<float> embedding, Span<double> x)
    {
        TensorPrimitives.ConvertTruncating(embedding, x);
        // The embedding is never negative; a stray −1e-9 of another engine must not become NaN.
        TensorPrimitives.Max(x, 0.0, x);
        var length = Math.Sqrt(TensorPrimitives.Sum<double>(x));
        TensorPrimitives.Sqrt(x, x);
        if (length > 0)
        {
            TensorPrimitives.Divide(x, length, x);
        }

        return length;
    }

    /// <summary>Writes x in float32, for scoring.</summary>
    public static void Write(ReadOnlySpan<float> embedding, Span<float> x)
    {
        TensorPrimitives.Max(embedding, 0f, x);
        var length = MathF.Sqrt(TensorPrimitives.Sum<float>(x));
        TensorPrimitives.Sqrt(x, x);
        if (length > 0)
        {
            TensorPrimitives.Divide(x, length, x);
        }
    }
}
