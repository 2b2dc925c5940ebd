using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>
/// The tensors of a head training. What is trained is the change against the start head, in whitened coordinates:
/// <c>logits = start(e) + x·Vᵀ + c</c> with V = 0 and c = 0 at first. So the first logits are the start head's own, and
/// the result folds back into one linear layer on the raw embedding. Of combinations nothing is trained: what changes is the sum
/// of their classes' changes (<see cref="CombinedRows"/>). Owns its tensors; to be used on one thread.
/// </summary>
internal sealed class HeadNetwork : IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly ComputeDevice _device;
    private readonly LinearHead _start;
    private readonly InputWhitening _whitening;
    private readonly HeadInputs _train;
    private readonly Parameter _change;
    private readonly Parameter _shift;
    private readonly AdamW _changeOptimizer;
    private readonly AdamW _shiftOptimizer;
    private readonly Generator _generator;
    private readonly Tensor? _startInX;
    private readonly double _penalty;
    private readonly int _oldClasses;
    private readonly Tensor? _moving;
    private readonly BatchMemory _memory;
    private readonly CombinedRows? _combined;
    // float32 [classes, labels]
    private readonly Tensor? _membership;

    public HeadNetwork(
        TrainingPlan plan, LinearHead start, EmbeddingSet train, int oldClasses, ComputeDevice device, BatchMemory memory, CancellationToken stop, CombinedRows? combined = null)
    {
        (_plan, _start, _oldClasses, _device, _memory, _combined) = (plan, start, oldClasses, device, memory, combined);
        _whitening = InputWhitening.Of(train, device, stop);
        _train = Load(train, stop);
        _change = new Parameter(zeros([Rows, start.EmbeddingSize], device: device.Torch));
        _shift = new Parameter(zeros([Rows], device: device.Torch));
        _generator = new Generator(unchecked((ulong)plan.Seed), device.Torch);
        // The penalty below takes the place of weight decay. Without momentum: in whitened coordinates there is no long
        // narrow valley that it would help through, and against the penalty of a few images it swings for epochs.
        _changeOptimizer = new AdamW([_change], weightDecay: 0, momentum: 0);
        _shiftOptimizer = new AdamW([_shift], weightDecay: 0, momentum: 0);
        _penalty = plan.HeadPenalty * start.EmbeddingSize / train.Count;
        _moving = MovingRows(train);
        _membership = Membership();
        _startInX = start.Weight.AsSpan().ContainsAnyExcept(0f) ? StartInX(start, device) : null;
    }

    /// <summary>Rows that are trained: one for each class.</summary>
    private int Rows => _combined?.ClassIndices.Count ?? _start.Classes.Count;

    /// <summary>
    /// The shift learns as if it stood on one more input as long as x is. A step of Adam is alike for every number, so the
    /// 1280 of a row move a logit a thousand times farther than one shift does: a new class's large rows faded and their
    /// offset stayed behind, until the class was never chosen.
    /// </summary>
    private double ShiftReach => Math.Sqrt(_start.EmbeddingSize);

    /// <summary>Loads further images for <see cref="Logits"/>. The result belongs to the caller.</summary>
    public HeadInputs Load(EmbeddingSet images, CancellationToken stop) => HeadInputs.Load(images, _start, _whitening, _device, _memory, stop);

    /// <summary>One step of Adam on some training images. No weight changes when the loss is not finite.</summary>
    /// <returns>Mean loss in nats and the number of right images, both before the step.</returns>
    public (double Loss, int Right) Step(ReadOnlySpan<int> rows, double learningRate)
    {
        var all = rows.ToArray();
        var (loss, right) = (0.0, 0L);
        _memory.InParts(
            all.Length,
            (begin, count) =>
            {
                var share = (double)count / all.Length;
                var (partLoss, partRight) = AddGradients(all.AsSpan(begin, count), share);
                (loss, right) = (loss + (partLoss * share), right + partRight);
            },
            () =>
            {
                (loss, right) = (0, 0);
                _changeOptimizer.ClearGradients();
                _shiftOptimizer.ClearGradients();
            });
        if (double.IsFinite(loss))
        {
            AddPenalty();
            KeepLostRows();
            _changeOptimizer.Step(learningRate);
            _shiftOptimizer.Step(learningRate * ShiftReach);
        }

        return (loss, (int)right);
    }

    /// <summary>Logits of loaded images, float32 [N, classes].</summary>
    public float[] Logits(HeadInputs images)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var parts = new List<float>(images.Count * _start.Classes.Count);
        _memory.InParts(
            images.Count,
            (begin, count) =>
            {
                using var partScope = NewDisposeScope();
                var (x, startLogits) = images.Part(begin, count);
                parts.AddRange(OfLabels(nn.functional.linear(x, _change, _shift)).Plus(startLogits).cpu().data<float>().ToArray());
            },
            parts.Clear);
        return [.. parts];
    }

    /// <summary>A copy of the change as it is now, float32 [classes, D] and [classes].</summary>
    public (float[] Change, float[] Shift) Copy()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return (_change.cpu().data<float>().ToArray(), _shift.cpu().data<float>().ToArray());
    }

    /// <summary>The start head plus a change, as one head on raw embeddings.</summary>
    public LinearHead Fold((float[] Change, float[] Shift) copy)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // In float64, so that folding adds no rounding of its own; a change of 0 gives the start head bit for bit.
        var (change, shift) = _whitening.Unfold(tensor(copy.Change, [Rows, _start.EmbeddingSize]), tensor(copy.Shift));
        if (_combined is not null)
        {
            var (weight, bias) = _combined.ClassRows(_start);
            return _combined.Head(Sum(weight, change), Sum(bias, shift));
        }

        return new LinearHead(_start.Classes, _start.EmbeddingSize, Sum(_start.Weight, change), Sum(_start.Bias, shift));
    }

    /// <summary>Every epoch draws its own dropout, whatever came before it.</summary>
    public void BeginEpoch(int epoch) => _generator.manual_seed(unchecked((_plan.Seed * 1_000_003L) + epoch));

    /// <summary>A checkpoint of the change and its optimizer as they are now.</summary>
    public TrainingCheckpoint SaveTo(TrainingCheckpoint checkpoint, Dictionary<string, WeightTensor> tensors)
    {
        tensors.Put("change", _change);
        tensors.Put("shift", _shift);
        _changeOptimizer.SaveTo(tensors, "change.optimizer");
        _shiftOptimizer.SaveTo(tensors, "shift.optimizer");
        return checkpoint with { OptimizerSteps = _changeOptimizer.Steps, MostAtOnce = _memory.MostAtOnce };
    }

    /// <summary>Goes on from a checkpoint of the same run.</summary>
    public void LoadFrom(TrainingCheckpoint checkpoint)
    {
        checkpoint.Tensors.CopyInto("change", _change);
        checkpoint.Tensors.CopyInto("shift", _shift);
        _changeOptimizer.LoadFrom(checkpoint, "change.optimizer");
        _shiftOptimizer.LoadFrom(checkpoint, "shift.optimizer");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _changeOptimizer.Dispose();
        _shiftOptimizer.Dispose();
        _change.Dispose();
        _shift.Dispose();
        _generator.Dispose();
        _startInX?.Dispose();
        _moving?.Dispose();
        _membership?.Dispose();
        _train.Dispose();
        _whitening.Dispose();
    }

    /// <summary>Adds the gradients of a part of a batch, which is this share of it.</summary>
    private (double Loss, long Right) AddGradients(ReadOnlySpan<int> rows, double share)
    {
        using var scope = NewDisposeScope();
        var (inputs, startLogits, targets) = _train.Rows(rows);
        var x = Drop(inputs); // [batch, D]
        var logits = OfLabels(nn.functional.linear(x, _change, _shift)).Plus(startLogits); // [batch, labels]
        var loss = Distillation.Add(
            nn.functional.cross_entropy(logits, targets, label_smoothing: _plan.LabelSmoothing), logits, _oldClasses == 0 ? null : startLogits.narrow(1, 0, _oldClasses), _plan);
        var value = (double)loss.item<float>();
        var right = logits.argmax(1).eq(targets).sum().item<long>();
        if (double.IsFinite(value))
        {
            (share == 1 ? loss : loss.Times(share)).backward();
        }

        return (value, right);
    }

    /// <summary>
    /// The gradient of λ/2·|V_start + V|²: it pulls the whole head, not only its change. The problem stays convex, so a run
    /// that starts from a parent head heads for the same solution as one that starts from zeros.
    /// </summary>
    private void AddPenalty()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (_change.grad is not { } gradient)
        {
            return;
        }

        gradient.PlusInPlace(_change, _penalty);
        if (_startInX is not null)
        {
            gradient.PlusInPlace(_startInX, _penalty);
        }
    }

    /// <summary>
    /// An old class without any image, alone or with others, is a target never and a rival always: training would only push it
    /// away. Its rows stay the start's, bit for bit.
    /// </summary>
    private void KeepLostRows()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (_moving is not null && _change.grad is { } change && _shift.grad is { } shift)
        {
            change.mul_(_moving.unsqueeze(1));
            shift.mul_(_moving);
        }
    }

    /// <summary>1 for each class that trains and 0 for each that stays, float32 [classes]; null: all train.</summary>
    private Tensor? MovingRows(EmbeddingSet train)
    {
        var lost = LostClasses.Of(train.Targets, _oldClasses, _combined);
        float[] moving = [.. (_combined?.ClassIndices ?? [.. Enumerable.Range(0, _start.Classes.Count)]).Select(index => lost.Contains(index) ? 0f : 1f)];
        return moving.Contains(0) ? tensor(moving).to(_device.Torch).DetachFromDisposeScope() : null;
    }

    private Tensor StartInX(LinearHead start, ComputeDevice device)
    {
        using var scope = NewDisposeScope();
        var weight = tensor(_combined?.ClassRows(start).Weight ?? start.Weight, [Rows, start.EmbeddingSize]);
        return _whitening.Fold(weight).to(device.Torch).DetachFromDisposeScope();
    }

    private Tensor? Membership()
    {
        using var scope = NewDisposeScope();
        return _combined?.Membership().to(_device.Torch).DetachFromDisposeScope();
    }

    /// <summary>Logits of labels from those of classes, [batch, labels].</summary>
    private Tensor OfLabels(Tensor ofClasses) => _membership is null ? ofClasses : ofClasses.matmul(_membership);

    private static float[] Sum(float[] start, Tensor change) =>
        [.. start.Zip(change.data<double>().ToArray(), (before, difference) => (float)(before + difference))];

    /// <summary>Dropout with the run's own generator: libtorch's uses the one of the whole process.</summary>
    private Tensor Drop(Tensor x)
    {
        if (_plan.Dropout == 0)
        {
            return x;
        }

        using Scalar threshold = _plan.Dropout;
        var kept = rand(x.shape, device: _device.Torch, generator: _generator).ge(threshold); // [batch, D]
        return (x * kept).ScaleInPlace(1 / (1 - _plan.Dropout));
    }
}
