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
            best = choice.Offer(epoch, Metrics(count, macroF1[epoch - 1])) ? epoch : best;
        }

        Assert.Equal(expected, best);
    }

    /// <summary>On a level curve every epoch is chosen, and patience would never be over.</summary>
    [Theory]
    [InlineData(new[] { 0.84, 0.83, 0.84, 0.83 }, 1)]
    [InlineData(new[] { 0.80, 0.83, 0.82 }, 2)]
    [InlineData(new[] { 0.0, 0.0 }, 1)]
    public void HighestEpoch_LevelCurve_IsTheFirstOfTheHighest(double[] macroF1, int expected)
    {
        var choice = new EpochChoice();

        Assert.All(macroF1.Index(), item => Assert.True(choice.Offer(item.Index + 1, Metrics(100, item.Item))));

        Assert.Equal(expected, choice.HighestEpoch);
    }

    [Fact]
    public void LoadFrom_CheckpointOfALevelCurve_KnowsTheHighestEpoch()
    {
        var choice = new EpochChoice();

        choice.LoadFrom(Checkpoint(0.84, [0.80, 0.84, 0.83]));

        Assert.Equal((2, 0.84), (choice.HighestEpoch, choice.HighestMacroF1));
    }

    [Fact]
    public void LoadFrom_CheckpointWithoutValidation_IsAtItsLastEpoch()
    {
        var choice = new EpochChoice();

        choice.LoadFrom(Checkpoint(null, [0, 0, 0]));

        Assert.Equal(3, choice.HighestEpoch);
    }

    [Fact]
    public void Offer_NoValidation_TakesTheLast()
    {
        var choice = new EpochChoice();

        Assert.True(choice.Offer(1, null) && choice.Offer(2, null));
        Assert.Equal(2, choice.HighestEpoch);
    }

    private static TrainingCheckpoint Checkpoint(double? highest, double[] macroF1) => new()
    {
        Plan = TrainingPlan.Balanced,
        Epoch = macroF1.Length,
        OptimizerSteps = 1,
        Elapsed = TimeSpan.Zero,
        BestEpoch = macroF1.Length,
        BestMacroF1 = highest,
        Epochs = [.. macroF1.Index().Select(item => new EpochCompleted(item.Index + 1, 6, 1, 1, 0, 0, item.Item, [], 1e-3, 0, 1, 1, true))],
    };

    private static EvaluationMetrics Metrics(int count, double macroF1) =>
        ModelEvaluation.Compute([0], [1f], 1) with { Count = count, MacroF1 = macroF1 };
}
