using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Protocols;

[Trait("Speed", "Slow")]
public sealed class HeadTrainingAccuracyTests
{
    /// <summary>A logistic regression with the best penalty reaches 0.86 on these embeddings.</summary>
    [Fact]
    public void Run_QuickPlanOnClothing_ReachesTheFloor()
    {
        var (train, validation) = ClothingSplit.TrainAndValidation(224);
        var test = EmbeddedPictures.Of("clothing/test", 224);
        double[] accuracies = [.. Enumerable.Range(1, 3).Select(seed =>
        {
            var result = HeadTrainer.Run(
                TrainingPlan.Quick with { Seed = seed },
                LinearHead.Zero(train.ClassIndices, 1280),
                train.Set,
                validation.Set,
                TestDevice.Chosen,
                _ => { },
                TimeProvider.System,
                TestContext.Current.CancellationToken);
            return ModelEvaluation.Compute(test.Targets, test.Probabilities(result.Best), 10).Accuracy;
        })];

        Assert.True(accuracies.Average() >= 0.83, $"accuracies {string.Join(", ", accuracies)}");
    }
}
