using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019). TorchSharp has one too, but its numbers may be freed while
/// libtorch reads them (see <see cref="TensorArithmetic"/>). Owns its moments, borrows the parameters; one thread.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly (Parameter Parameter, Tensor Mean, Tensor Square)[] _states;
    private readonly double _weightDecay;
    private readonly double _momentum;

    /// <summary>Begins without any moment. Make it after the parameters are on their device.</summary>
    /// <param name="parameters">What it moves; borrowed.</param>
    /// <param name="weightDecay">Share of a weight taken away in a step, per learning rate.</param>
    /// <param name="momentum">Share of the earlier direction kept in each step, Adam's β₁.</param>
    public AdamW(IEnumerable<Parameter> parameters, double weightDecay, double momentum = 0.9)
    {
        (_weightDecay, _momentum) = (weightDecay, momentum);
        _states = [.. parameters.Select(parameter => (
            parameter,
            zeros_like(parameter, requires_grad: false).DetachFromDisposeScope(),
            zeros_like(parameter, requires_grad: false).DetachFromDisposeScope()))];
    }

    /// <summary>Steps taken so far.</summary>
    public int Steps { get; private set; }

    /// <summary>Moves each parameter along its gradient and sets the gradient back to 0.</summary>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Steps++;
        foreach (var (parameter, mean, square) in _states)
        {
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            mean.ScaleInPlace(_momentum).PlusInPlace(gradient, 1 - _momentum);
            square.ScaleInPlace(Beta2).PlusProductInPlace(gradient, gradient, 1 - Beta2);
            var spread = square.sqrt().ScaleInPlace(1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps))).PlusInPlace(Epsilon);
            parameter.ScaleInPlace(1 - (learningRate * _weightDecay));
            parameter.PlusQuotientInPlace(mean, spread, -learningRate / (1 - Math.Pow(_momentum, Steps)));
            gradient.zero_();
        }
    }

    /// <summary>Sets all gradients back to 0 without a step.</summary>
    public void ClearGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var (parameter, _, _) in _states)
        {
            parameter.grad?.zero_();
        }
    }

    /// <summary>Copies the moments into a checkpoint.</summary>
    public void SaveTo(IDictionary<string, WeightTensor> tensors, string name)
    {
        for (var index = 0; index < _states.Length; index++)
        {
            tensors.Put($"{name}.{index}.mean", _states[index].Mean);
            tensors.Put($"{name}.{index}.square", _states[index].Square);
        }
    }

    /// <summary>Goes on from a checkpoint.</summary>
    public void LoadFrom(TrainingCheckpoint checkpoint, string name)
    {
        Steps = checkpoint.OptimizerSteps;
        for (var index = 0; index < _states.Length; index++)
        {
            checkpoint.Tensors.CopyInto($"{name}.{index}.mean", _states[index].Mean);
            checkpoint.Tensors.CopyInto($"{name}.{index}.square", _states[index].Square);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, mean, square) in _states)
        {
            mean.Dispose();
            square.Dispose();
        }
    }
}
