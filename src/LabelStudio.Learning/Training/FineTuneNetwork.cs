using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Trained stages and head with their optimizer. The head reads the raw embedding with dropout, as timm's classifier does, so
/// that the model loads there. Of combinations no row is trained: theirs are sums (<see cref="CombinedRows"/>). Owns its tensors; to be used on one thread.
/// </summary>
internal sealed class FineTuneNetwork : IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly ComputeDevice _device;
    private readonly ClassIndexMap _classes;
    private readonly int _firstStage;
    private readonly EfficientNetLite _backbone;
    private readonly IReadOnlyList<Parameter> _trained;
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly AdamW _backboneOptimizer;
    private readonly AdamW _headOptimizer;
    private readonly Generator _generator;
    private readonly BatchMemory _memory;
    private readonly CombinedRows? _combined;
    // float32 [classes, labels]
    private readonly Tensor? _membership;

    /// <param name="plan">Rates, dropout, smoothing, seed.</param>
    /// <param name="backbone">The network to start from; on the device from here on, owned by this.</param>
    /// <param name="start">The head to start from; copied.</param>
    /// <param name="firstStage">The first stage that trains.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="memory">How many pictures are computed at once.</param>
    /// <param name="combined">Which labels are combinations; null: none.</param>
    internal FineTuneNetwork(
        TrainingPlan plan, EfficientNetLite backbone, LinearHead start, int firstStage, ComputeDevice device, BatchMemory memory, CombinedRows? combined = null)
    {
        (_plan, _device, _classes, _firstStage, _memory, _combined) = (plan, device, start.Classes, firstStage, memory, combined);
        _backbone = backbone;
        _backbone.to(device.Torch);
        _backbone.eval();
        using var scope = NewDisposeScope();
        var (weight, bias) = combined?.ClassRows(start) ?? (start.Weight, start.Bias);
        _weight = new Parameter(tensor(weight, [bias.Length, start.EmbeddingSize]).to(device.Torch));
        _bias = new Parameter(tensor(bias).to(device.Torch));
        _membership = combined?.Membership().to(device.Torch).DetachFromDisposeScope();
        _weight.DetachFromDisposeScope();
        _bias.DetachFromDisposeScope();
        _generator = new Generator(unchecked((ulong)plan.Seed), device.Torch);
        // Made last: moving a module replaces its parameters.
        _trained = _backbone.TrainFrom(firstStage);
        _backboneOptimizer = new(_trained, plan.WeightDecay);
        _headOptimizer = new([_weight, _bias], plan.WeightDecay);
    }

    /// <summary>Numbers in one embedding, D.</summary>
    internal int EmbeddingSize => (int)_weight.shape[1];

    /// <summary>What steps compute in. Logits and embeddings are always computed in float32.</summary>
    internal Precision Precision { get; set; }

    /// <summary>Every epoch draws its own dropout, whatever came before it.</summary>
    internal void BeginEpoch(int epoch) => _generator.manual_seed(unchecked((_plan.Seed * 1_000_003L) + epoch));

    /// <summary>One step of AdamW. No weight changes when the loss is not finite.</summary>
    /// <param name="batch">The pictures.</param>
    /// <param name="rateFactor">Share of the plan's learning rates, 0 to 1.</param>
    /// <returns>Mean loss in nats and the number of right pictures, both before the step.</returns>
    internal (double Loss, int Right) Step(FineTuneBatch batch, double rateFactor)
    {
        var (loss, right) = (0.0, 0L);
        _memory.InParts(
            batch.Count,
            (begin, count) =>
            {
                var share = (double)count / batch.Count;
                var (partLoss, partRight) = AddGradients(batch, begin, count, share);
                (loss, right) = (loss + (partLoss * share), right + partRight);
            },
            () =>
            {
                (loss, right) = (0, 0);
                ClearGradients();
            });
        if (double.IsFinite(loss))
        {
            _backboneOptimizer.Step(_plan.BackboneLearningRate * rateFactor);
            _headOptimizer.Step(_plan.HeadLearningRate * rateFactor);
        }
        return (loss, (int)right);
    }

    /// <summary>Computes what a step does but for the changes of weights: to measure how long it takes.</summary>
    internal void TryStep(FineTuneBatch batch)
    {
        _memory.InParts(batch.Count, (begin, count) => AddGradients(batch, begin, count, 1), ClearGradients);
        ClearGradients();
    }

    /// <summary>Logits without dropout, float32 [count, labels].</summary>
    /// <param name="features">float32 [count, C, H, W] on the CPU. Borrowed.</param>
    internal float[] Logits(Tensor features) => Compute(features, Score);

    /// <summary>Raw embeddings, float32 [count, D].</summary>
    /// <param name="features">float32 [count, C, H, W] on the CPU. Borrowed.</param>
    internal float[] Embeddings(Tensor features) => Compute(features, embedding => embedding);

    /// <summary>A copy of backbone and head as they are now.</summary>
    internal (WeightFile Backbone, LinearHead Head) Export()
    {
        using var scope = NewDisposeScope();
        var head = _combined?.Head(Copy(_weight), Copy(_bias)) ?? new LinearHead(_classes, (int)_weight.shape[1], Copy(_weight), Copy(_bias));
        return (WeightFile.Of(_backbone.ExportWeights()), head);
    }

    /// <summary>A checkpoint of weights and optimizers as they are now.</summary>
    internal TrainingCheckpoint SaveTo(TrainingCheckpoint checkpoint, Dictionary<string, WeightTensor> tensors)
    {
        for (var index = 0; index < _trained.Count; index++)
        {
            tensors.Put($"backbone.{index}", _trained[index]);
        }
        tensors.Put("head.weight", _weight);
        tensors.Put("head.bias", _bias);
        _backboneOptimizer.SaveTo(tensors, "backbone.optimizer");
        _headOptimizer.SaveTo(tensors, "head.optimizer");
        return checkpoint with { OptimizerSteps = _headOptimizer.Steps, MostAtOnce = _memory.MostAtOnce };
    }

    /// <summary>Goes on from a checkpoint of the same run.</summary>
    internal void LoadFrom(TrainingCheckpoint checkpoint)
    {
        for (var index = 0; index < _trained.Count; index++)
        {
            checkpoint.Tensors.CopyInto($"backbone.{index}", _trained[index]);
        }
        checkpoint.Tensors.CopyInto("head.weight", _weight);
        checkpoint.Tensors.CopyInto("head.bias", _bias);
        _backboneOptimizer.LoadFrom(checkpoint, "backbone.optimizer");
        _headOptimizer.LoadFrom(checkpoint, "head.optimizer");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _backboneOptimizer.Dispose();
        _headOptimizer.Dispose();
        _backbone.Dispose();
        _weight.Dispose();
        _bias.Dispose();
        _membership?.Dispose();
        _generator.Dispose();
    }

    /// <summary>Logits of embeddings, [count, labels].</summary>
    private Tensor Score(Tensor embedding)
    {
        var ofClasses = nn.functional.linear(embedding, _weight, _bias);
        return _membership is null ? ofClasses : ofClasses.matmul(_membership);
    }

    private void ClearGradients()
    {
        _backboneOptimizer.ClearGradients();
        _headOptimizer.ClearGradients();
    }

    /// <summary>Adds the gradients of a part of a batch, which is this share of it.</summary>
    private (double Loss, long Right) AddGradients(FineTuneBatch batch, int begin, int count, double share)
    {
        using var scope = NewDisposeScope();
        var part = batch.Part(begin, count);
        var expected = tensor(part.Targets).to(_device.Torch); // [batch]
        var logits = Score(Drop(Embed(part.Features, Precision))); // [batch, labels]
        var teacher = part.Teacher.Length == 0 ? null : tensor(part.Teacher, [part.Count, part.Teacher.Length / part.Count]).to(_device.Torch);
        var loss = Distillation.Add(nn.functional.cross_entropy(logits, expected, label_smoothing: _plan.LabelSmoothing), logits, teacher, _plan);
        var value = (double)loss.item<float>();
        var right = logits.argmax(1).eq(expected).sum().item<long>();
        if (double.IsFinite(value))
        {
            (share == 1 ? loss : loss.Times(share)).backward();
        }
        return (value, right);
    }

    private float[] Compute(Tensor features, Func<Tensor, Tensor> fromEmbedding)
    {
        var parts = new List<float>();
        _memory.InParts(
            (int)features.shape[0],
            (begin, size) =>
            {
                using var scope = NewDisposeScope();
                using var noGradient = no_grad();
                parts.AddRange(fromEmbedding(Embed(features.narrow(0, begin, size), Precision.Full)).cpu().data<float>().ToArray());
            },
            parts.Clear);
        return [.. parts];
    }

    /// <summary>float32 [count, D]</summary>
    private Tensor Embed(Tensor features, Precision precision)
    {
        var input = features.to(_device.Torch, non_blocking: true).to(precision.Torch());
        return (_firstStage == 0 ? _backbone.forward(input) : _backbone.ForwardFrom(_firstStage, input)).to(float32);
    }

    /// <summary>Dropout with the run's own generator: libtorch's uses the one of the whole process.</summary>
    private Tensor Drop(Tensor embedding)
    {
        if (_plan.Dropout == 0)
        {
            return embedding;
        }
        using Scalar threshold = _plan.Dropout;
        var kept = rand(embedding.shape, device: _device.Torch, generator: _generator).ge(threshold); // [batch, D]
        return (embedding * kept).ScaleInPlace(1 / (1 - _plan.Dropout));
    }

    private static float[] Copy(Tensor tensor) => tensor.detach().cpu().data<float>().ToArray();
}
