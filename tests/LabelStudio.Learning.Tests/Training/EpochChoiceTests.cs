using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

public sealed class EpochChoiceTests
{
    [Theory]
    [InlineData(100, new[] { 0.70, 0.84, 0.82 }, 3)] // behind by less than chance: the later one
    [InlineData(100, new[] { 0.84, 0.75, 0.76 }, 1)] // behind by more than chance
    [InlineData(100, new[] { 0.80, 0.79, 0.90, 0.80 }, 3)]
    [InlineData(100_000, new[] { 0.84, 0.82 }, 1)] // with many images chance is small
    [InlineData(10, new[] { 0.0, 0.0 }, 2)]
    public void Offer_EpochsInOrder_ChoosesTheLatestThatChanceCannotTellFromTheHighest(int count, double[] macroF1, int expected)
    {
        var choice = new EpochChoice();
        var best = 0;

        for (var epoch = 1; epoch <= macroF1.Length; epoch++)
        {
            best = choice.Offer(Metrics(count, macroF1[epoch - 1])) ? epoch : best;
        }

        Assert.Equal(expected, best);
    }

    [Fact]
    public void Offer_NoValidation_TakesTheLast()
    {
        var choice = new EpochChoice();

        Assert.True(choice.Offer(null) && choice.Offer(null));
    }

    private static EvaluationMetrics Metrics(int count, double macroF1) =>
        ModelEvaluation.Compute([0], [1f], 1) with { Count = count, MacroF1 = macroF1 };
}
