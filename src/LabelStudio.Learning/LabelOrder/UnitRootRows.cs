using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.LabelOrder;

/// <summary>Some embeddings as the live head sees them (root, unit length), copied side by side: float32 [count, D].</summary>
internal sealed class UnitRootRows
{
    private readonly float[] _values;

    private UnitRootRows(float[] values, int count, int size) => (_values, Count, Size) = (values, count, size);

    public int Count { get; }

    public int Size { get; }

    public static UnitRootRows Of(Func<int, ReadOnlyMemory<float>> embedding, ReadOnlySpan<int> rows)
    {
        var size = embedding(rows[0]).Length;
        var values = new float[rows.Length * size];
        for (var index = 0; index < rows.Length; index++)
        {
            UnitRootEmbedding.Write(embedding(rows[index]).Span, values.AsSpan(index * size, size));
        }

        return new UnitRootRows(values, rows.Length, size);
    }

    public ReadOnlySpan<float> Row(int index) => _values.AsSpan(index * Size, Size);
}
