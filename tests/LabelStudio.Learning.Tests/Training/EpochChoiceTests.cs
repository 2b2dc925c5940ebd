using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

public sealed class EpochChoiceTests
{
    [Theory]
    [InlineData(100, new[] { 0.70, 0.84, 0.82 }, new[] { 0.9, 0.52, 0.47 }, 3)] // behind by less than chance, surer: the later one
    [InlineData(100, new[] { 0.70, 0.84, 0.82 }, new[] { 0.9, 0.52, 0.60 }, 2)] // behind and less sure
    [InlineData(100, new[] { 0.84, 0.75, 0.76 }, new[] { 0.52, 0.47, 0.40 }, 1)] // behind by more than chance
    [InlineData(100, new[] { 0.80, 0.79, 0.90 }, new[] { 0.50, 0.40, 0.60 }, 3)] // a clear lead outweighs the log loss
    [InlineData(100_000, new[] { 0.84, 0.82 }, new[] { 0.52, 0.47 }, 1)] // with many images chance is small
    public void Offer_EpochsInOrder_ChoosesTheSurestOfTheBest(int count, double[] macroF1, double[] logLoss, int expected)
    {
        var choice = new EpochChoice();
        var best = 0;

        for (var epoch = 1; epoch <= macroF1.Length; epoch++)
        {
            best = choice.Offer(Metrics(count, macroF1[epoch - 1], logLoss[epoch - 1])) ? epoch : best;
        }

        Assert.Equal(expected, best);
    }

    [Fact]
    public void Offer_NoValidation_TakesTheLast()
    {
        var choice = new EpochChoice();

        Assert.True(choice.Offer(null) && choice.Offer(null));
    }

    private static EvaluationMetrics Metrics(int count, double macroF1, double logLoss) =>
        ModelEvaluation.Compute([0], [1f], 1) with { Count = count, MacroF1 = macroF1, LogLoss = logLoss };
}
