using LabelStudio.Learning.Training;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace LabelStudio.Learning.Tests.Training;

public sealed class AdamWTests : IDisposable
{
    private const double WeightDecay = 0.1;
    private readonly Parameter _weights = new(tensor(new[] { 0.5f, -2f, 3f }));

    public void Dispose() => _weights.Dispose();

    /// <summary>
    /// Of the first step's moments nothing is left after the correction for their start at 0: m̂ = g and √v̂ = |g|, so every
    /// weight is shrunk by rate · decay and moved by the rate against the sign of its gradient.
    /// </summary>
    [Fact]
    public void Step_First_ShrinksAndMovesByTheRateAgainstTheSign()
    {
        using var optimizer = new AdamW([_weights], WeightDecay);
        Give([4f, -0.001f, 0f]);

        optimizer.Step(0.01);

        AssertWeights([(0.5 * 0.999) - 0.01, (-2 * 0.999) + 0.01, 3 * 0.999]);
        Assert.Equal(1, optimizer.Steps);
    }

    /// <summary>Against the moments written out as sums over all steps so far, in float64, instead of kept from step to step.</summary>
    [Theory]
    [InlineData(0.9)]
    [InlineData(0)]
    public void Step_FourTimesAtDifferentRates_IsTheFormulaOverTheWholePast(double momentum)
    {
        float[][] gradients = [[1f, -0.5f, 0.02f], [-2f, -0.25f, 0f], [0.5f, 3f, 0.01f], [0.25f, 0.125f, -0.3f]];
        double[] rates = [0.1, 0.05, 0.02, 0.08], expected = [0.5, -2, 3];
        using var optimizer = new AdamW([_weights], WeightDecay, momentum);

        for (var step = 1; step <= gradients.Length; step++)
        {
            Give(gradients[step - 1]);
            optimizer.Step(rates[step - 1]);
            for (var index = 0; index < expected.Length; index++)
            {
                var (mean, square) = (Past(momentum, step, index, value => value), Past(0.999, step, index, value => value * value));
                expected[index] -= rates[step - 1] * ((WeightDecay * expected[index]) + (mean / (Math.Sqrt(square) + 1e-8)));
            }
        }

        AssertWeights(expected);

        // Σ βᵗ⁻ⁱ gᵢ / Σ βᵗ⁻ⁱ: the weighted mean, which needs no correction for a start at 0.
        double Past(double beta, int steps, int index, Func<double, double> of)
        {
            double sum = 0, weights = 0;
            for (var i = 1; i <= steps; i++)
            {
                sum += Math.Pow(beta, steps - i) * of(gradients[i - 1][index]);
                weights += Math.Pow(beta, steps - i);
            }
            return sum / weights;
        }
    }

    [Fact]
    public void Step_GradientIsUsed_IsZeroAfterwards()
    {
        using var optimizer = new AdamW([_weights], WeightDecay);
        Give([4f, 1f, -1f]);

        optimizer.Step(0.01);

        Assert.Equal([0f, 0f, 0f], _weights.grad!.data<float>().ToArray());
    }

    private void Give(float[] gradient)
    {
        using var scope = NewDisposeScope();
        using var loss = (_weights * tensor(gradient)).sum();
        loss.backward();
    }

    /// <summary>float32 holds 7 digits of each weight.</summary>
    private void AssertWeights(double[] expected) =>
        Assert.All(expected.Zip(_weights.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
}
