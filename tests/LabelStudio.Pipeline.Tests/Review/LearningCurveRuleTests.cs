using LabelStudio.Pipeline.Review;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class LearningCurveRuleTests
{
    private static readonly int[] Sizes = [50, 100, 200, 400];

    [Fact]
    public void Of_ErrorsThatHalveWithFourTimesTheLabels_ForecastHoldsTheTrueNext()
    {
        var errors = Sizes.Select(size => 4 / Math.Sqrt(size)).ToArray();

        var curve = LearningCurveRule.Of(Sizes, [errors, errors], heldOut: 10_000);

        Assert.Equal(800, curve.Forecast!.Labels);
        Assert.InRange(1 - (4 / Math.Sqrt(800)), curve.Forecast.Low, curve.Forecast.High);
        Assert.InRange(curve.Forecast.High - curve.Forecast.Low, 0, 0.03);
    }

    [Fact]
    public void Of_DrawsThatDisagreeAndFewImages_ForecastIsWide()
    {
        var curve = LearningCurveRule.Of(Sizes, [[0.5, 0.4, 0.3, 0.2], [0.5, 0.45, 0.4, 0.38]], heldOut: 40);

        Assert.True(curve.Forecast!.High - curve.Forecast.Low > 0.25);
        Assert.Equal((0.62, 0.8), (Math.Round(curve.Points[^1].Low, 6), Math.Round(curve.Points[^1].High, 6)));
    }

    [Fact]
    public void Of_ErrorsThatRise_AreNotContinuedUpwards()
    {
        var curve = LearningCurveRule.Of(Sizes, [[0.1, 0.12, 0.14, 0.16]], heldOut: 100_000);

        Assert.InRange(1 - curve.Forecast!.Low, 0.13, 0.15);
    }

    [Theory]
    [InlineData(20, 100)]
    [InlineData(400, 10)]
    public void Of_TooFewLabelsOrHeldOutImages_SaysNothing(int labels, int heldOut) =>
        Assert.Null(LearningCurveRule.Of([labels / 4, labels / 2, labels], [[0.3, 0.2, 0.1]], heldOut).Forecast);
}
