using LabelStudio.Learning.Backbones;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>Copies tensors bit for bit into a checkpoint and back.</summary>
internal static class CheckpointTensors
{
    internal static void Put(this IDictionary<string, WeightTensor> tensors, string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        tensors[name] = new WeightTensor(tensor.shape, tensor.detach().cpu().contiguous().data<float>().ToArray());
    }

    /// <exception cref="InvalidDataException">The checkpoint lacks the tensor, or has it in another shape.</exception>
    internal static void CopyInto(this IReadOnlyDictionary<string, WeightTensor> tensors, string name, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (!tensors.TryGetValue(name, out var kept) || !kept.Shape.AsSpan().SequenceEqual(target.shape))
        {
            throw new InvalidDataException($"The checkpoint does not fit this run: '{name}' is not in it as it should be. Launch the run again from its start.");
        }
        target.copy_(tensor(kept.Values, kept.Shape));
    }
}
