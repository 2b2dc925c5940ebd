namespace LabelStudio.Learning.Training;

/// <summary>Some pictures of a split, ready for the trained stages.</summary>
/// <param name="Features">float32 [batch, C, H, W].</param>
/// <param name="Targets">[batch]</param>
/// <param name="Teacher">Logits of the start model on old classes, float32 [batch, old]; empty without distillation.</param>
internal readonly record struct FineTuneBatch(float[] Features, long[] Targets, float[] Teacher)
{
    internal int Count => Targets.Length;

    /// <summary>Some of the pictures.</summary>
    internal FineTuneBatch Part(int begin, int count) => count == Count ? this : new(Part(Features, begin, count), Part(Targets, begin, count), Part(Teacher, begin, count));

    private T[] Part<T>(T[] numbers, int begin, int count)
    {
        var each = numbers.Length / Count;
        return numbers.AsSpan(begin * each, count * each).ToArray();
    }
}
