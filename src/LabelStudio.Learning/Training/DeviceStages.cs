using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>The first stages of a backbone by libtorch, where a GPU is: what does not train is computed there too. For one thread; owns its tensors.</summary>
internal sealed class DeviceStages : IDisposable
{
    private readonly EfficientNetLite _network;
    private readonly int _count;
    private readonly long[] _pictureShape;
    private readonly ComputeDevice _device;
    private readonly BatchMemory _memory;

    /// <param name="backbone">Which network.</param>
    /// <param name="weights">Its tensors; copied.</param>
    /// <param name="count">How many stages run after the stem.</param>
    /// <param name="sidePx">S of the pictures.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="memory">How many pictures are computed at once.</param>
    internal DeviceStages(BackboneDescriptor backbone, WeightFile weights, int count, int sidePx, ComputeDevice device, BatchMemory memory)
    {
        (_count, _pictureShape, _device, _memory) = (count, [3, sidePx, sidePx], device, memory);
        _network = new(backbone, weights);
        _network.to(device.Torch);
        _network.eval();
    }

    /// <summary>Runs all pictures.</summary>
    /// <param name="images">float32 [count, 3, S, S].</param>
    /// <param name="count">Number of pictures.</param>
    /// <param name="features">Receives float32 [count, C, H, W] of the last stage.</param>
    /// <exception cref="DeviceMemoryException">The GPU has no room for a single picture.</exception>
    internal void Run(ReadOnlyMemory<float> images, int count, Memory<float> features)
    {
        var (length, row) = (images.Length / count, features.Length / count);
        _memory.InParts(
            count,
            (begin, some) =>
            {
                using var scope = NewDisposeScope();
                using var noGradient = no_grad();
                var pictures = tensor(images.Slice(begin * length, some * length).ToArray(), [some, .. _pictureShape]).to(_device.Torch);
                var output = Enumerable.Range(0, _count).Aggregate(_network.ForwardStem(pictures), (input, stage) => _network.ForwardStage(stage, input));
                output.cpu().contiguous().data<float>().ToArray().CopyTo(features[(begin * row)..]);
            },
            () => { });
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
