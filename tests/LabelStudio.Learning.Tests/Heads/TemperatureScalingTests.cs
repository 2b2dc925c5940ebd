using System.Numerics.Tensors;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Tests.Heads;

public sealed class TemperatureScalingTests
{
    [Fact]
    public void Fit_OverConfidentAnswers_MakesTheMeanConfidenceTheShareOfRightOnes()
    {
        // Three of four are right, each answered with the same margin: the fitting confidence is 0.75.
        float[] logits = [10, 0, 10, 0, 10, 0, 10, 0];

        var temperature = TemperatureScaling.Fit(logits, 2, [0, 0, 0, 1]);

        Assert.Equal(0.75, 1 / (1 + Math.Exp(-10 / temperature)), 6);
    }

    [Fact]
    public void Fit_AllRight_AsksForTheLowest() =>
        Assert.Equal(TemperatureScaling.Lowest, TemperatureScaling.Fit([3, 0, 3, 0], 2, [0, 0]), 6);

    [Theory]
    [InlineData(2)]
    [InlineData(18)]
    [InlineData(200)]
    public void FitCautiously_AllRight_IsAsConfidentAsOneErrorInOneMoreAnswer(int count)
    {
        var logits = Enumerable.Repeat(new float[] { 0, 7, 2 }, count).SelectMany(row => row).ToArray();

        var temperature = TemperatureScaling.FitCautiously(logits, 3, [.. Enumerable.Repeat(1, count)]);

        float[] answer = [0, 7, 2];
        TemperatureScaling.Softmax(answer, 3, 1, temperature);
        // The optimum sets the mean logit of the answers to that of the targets: (7·count + 2) of count + 1.
        var meanLogit = TensorPrimitives.Dot<float>(answer, [0, 7, 2]);
        Assert.Equal(((7.0 * count) + 2) / (count + 1), meanLogit, 3);
    }

    [Fact]
    public void FitCautiously_NoAnswers_LeavesTheLogitsAlone() =>
        Assert.Equal(1, TemperatureScaling.FitCautiously([], 3, []));
}
