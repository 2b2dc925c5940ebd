using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>Some pictures of a split, ready for the trained stages.</summary>
/// <param name="Features">float32 [batch, C, H, W] on the CPU, in pinned memory where a GPU is to fetch it. Owned, though its memory may be its maker's.</param>
/// <param name="Targets">[batch]</param>
/// <param name="Teacher">Logits of the start model on old classes, float32 [batch, old]; empty without distillation.</param>
internal readonly record struct FineTuneBatch(Tensor Features, long[] Targets, float[] Teacher) : IDisposable
{
    internal int Count => Targets.Length;

    /// <summary>Some of the pictures, as a view in the caller's dispose scope.</summary>
    internal FineTuneBatch Part(int begin, int count) =>
        count == Count ? this : new(Features.narrow(0, begin, count), Part(Targets, begin, count), Part(Teacher, begin, count));

    public void Dispose() => Features.Dispose();

    private T[] Part<T>(T[] numbers, int begin, int count)
    {
        var each = numbers.Length / Count;
        return numbers.AsSpan(begin * each, count * each).ToArray();
    }
}
