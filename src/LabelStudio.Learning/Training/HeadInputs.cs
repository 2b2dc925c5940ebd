using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Images ready for a head training, on its device; where that has no room for them all, in the machine's memory. Owns its
/// tensors.
/// </summary>
internal sealed class HeadInputs : IDisposable
{
    /// <summary>So few that stopping is noticed within a fraction of a second.</summary>
    private const int RowsPerBlock = 4096;

    private readonly ComputeDevice _device;

    // float32 [N, D] whitened embeddings, float32 [N, classes] logits of the start head, int64 [N]
    private readonly Tensor _x;
    private readonly Tensor _startLogits;
    private readonly Tensor _targets;

    private HeadInputs(ComputeDevice device, Tensor x, Tensor startLogits, Tensor targets) =>
        (_device, _x, _startLogits, _targets) = (device, x, startLogits, targets);

    public int Count => (int)_targets.shape[0];

    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static HeadInputs Load(
        EmbeddingSet images, LinearHead start, InputWhitening whitening, ComputeDevice device, BatchMemory memory, CancellationToken stop)
    {
        HeadInputs? loaded = null;
        return memory.SufficesFor(
            images.Count, () => loaded = LoadTo(device.Torch, images, start, whitening, device, stop), "the images' embeddings stay in the machine's memory, and each batch is copied.")
            ? loaded!
            : LoadTo(CPU, images, start, whitening, device, stop);
    }

    /// <summary>Some images, on the device: whitened embeddings [rows, D], logits of the start head [rows, classes], targets [rows].</summary>
    public (Tensor X, Tensor StartLogits, Tensor Targets) Rows(ReadOnlySpan<int> rows)
    {
        var index = tensor(rows.ToArray().Select(row => (long)row).ToArray()).to(_x.device);
        return (
            _x.index_select(0, index).to(_device.Torch),
            _startLogits.index_select(0, index).to(_device.Torch),
            _targets.index_select(0, index).to(_device.Torch));
    }

    /// <summary>Neighbouring images, on the device.</summary>
    public (Tensor X, Tensor StartLogits) Part(int begin, int count) =>
        (_x.narrow(0, begin, count).to(_device.Torch), _startLogits.narrow(0, begin, count).to(_device.Torch));

    /// <inheritdoc/>
    public void Dispose()
    {
        _x.Dispose();
        _startLogits.Dispose();
        _targets.Dispose();
    }

    private static HeadInputs LoadTo(
        Device home, EmbeddingSet images, LinearHead start, InputWhitening whitening, ComputeDevice device, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var weight = tensor(start.Weight, [start.Classes.Count, start.EmbeddingSize]).to(device.Torch);
        var bias = tensor(start.Bias).to(device.Torch);
        var x = empty([images.Count, start.EmbeddingSize], device: home);
        var logits = empty([images.Count, start.Classes.Count], device: home);
        for (var from = 0; from < images.Count; from += RowsPerBlock)
        {
            stop.ThrowIfCancellationRequested();
            using var blockScope = NewDisposeScope();
            var rows = Math.Min(RowsPerBlock, images.Count - from);
            var block = images.Embeddings.AsSpan(from * images.EmbeddingSize, rows * images.EmbeddingSize).ToArray();
            var embeddings = tensor(block, [rows, images.EmbeddingSize]).to(device.Torch);
            x.narrow(0, from, rows).copy_(whitening.Apply(embeddings));
            logits.narrow(0, from, rows).copy_(nn.functional.linear(embeddings, weight, bias));
        }

        var targets = tensor(images.Targets.Select(target => (long)target).ToArray()).to(home);
        return new HeadInputs(device, x.MoveToOuterDisposeScope(), logits.MoveToOuterDisposeScope(), targets.MoveToOuterDisposeScope());
    }
}
