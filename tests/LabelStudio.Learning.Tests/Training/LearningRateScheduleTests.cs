using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Heads;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData(0, 0.1, 0.1)] // the first of 10 steps of warm-up
    [InlineData(4, 0.1, 0.5)]
    [InlineData(9, 0.1, 1)]
    [InlineData(10, 0.1, 1)] // the cosine begins at its top
    [InlineData(40, 0.1, 0.75)] // a third of its 90 steps: (1 + cos 60°) / 2
    [InlineData(55, 0.1, 0.5)]
    [InlineData(70, 0.1, 0.25)]
    [InlineData(99, 0.1, 0.000304586)] // (1 + cos 178°) / 2
    [InlineData(0, 0, 1)]
    [InlineData(50, 0, 0.5)]
    [InlineData(0, 0.005, 1)] // less than a step of warm-up is none
    public void Factor_OfAHundredSteps_ClimbsInALineAndFallsAlongACosine(long step, double warmupShare, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.Factor(step, 100, warmupShare), 1e-9);

    [Fact]
    public void Factor_OfARun_IsWhatItsStepsAreTrainedAt()
    {
        var data = new RandomEmbeddings(2, 8, seed: 4);
        var (embeddings, targets) = data.Many(8);
        var train = new EmbeddingSet(8, 8, embeddings, targets);
        var plan = TrainingPlan.Quick with { Epochs = 5, BatchSize = 8, Patience = 0, WarmupShare = 0.4, HeadLearningRate = 0.1 };
        var rates = new List<double>();

        HeadTrainer.Run(
            plan, LinearHead.Zero(ClassIndexMap.Of(data.ClassIds), 8), train, EmbeddingSet.Empty(8), TestDevice.Chosen,
            happened => rates.AddRange(happened is EpochCompleted epoch ? [epoch.HeadLearningRate] : []), TimeProvider.System, TestContext.Current.CancellationToken);

        // One step an epoch: two of warm-up, then the cosine's first, second and third of three.
        Assert.Equal([0.05, 0.1, 0.1, 0.075, 0.025], rates, (expected, actual) => Math.Abs(expected - actual) < 1e-12);
    }
}
