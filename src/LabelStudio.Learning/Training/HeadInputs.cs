using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>Images ready for a head training, on its device. Owns its tensors.</summary>
internal sealed class HeadInputs : IDisposable
{
    /// <summary>So few that stopping is noticed within a fraction of a second.</summary>
    private const int RowsPerBlock = 4096;

    private HeadInputs(Tensor x, Tensor startLogits, Tensor targets) => (X, StartLogits, Targets) = (x, startLogits, targets);

    /// <summary>Whitened embeddings, float32 [N, D].</summary>
    public Tensor X { get; }

    /// <summary>Logits of the start head, float32 [N, classes].</summary>
    public Tensor StartLogits { get; }

    /// <summary>int64 [N].</summary>
    public Tensor Targets { get; }

    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static HeadInputs Load(EmbeddingSet images, LinearHead start, InputWhitening whitening, ComputeDevice device, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var weight = tensor(start.Weight, [start.Classes.Count, start.EmbeddingSize]).to(device.Torch);
        var bias = tensor(start.Bias).to(device.Torch);
        var x = empty([images.Count, start.EmbeddingSize], device: device.Torch);
        var logits = empty([images.Count, start.Classes.Count], device: device.Torch);
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

        var targets = tensor(images.Targets.Select(target => (long)target).ToArray()).to(device.Torch);
        return new HeadInputs(x.MoveToOuterDisposeScope(), logits.MoveToOuterDisposeScope(), targets.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        X.Dispose();
        StartLogits.Dispose();
        Targets.Dispose();
    }
}
