using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>
/// Real photographs against accuracy floors. One seed each, to stay short: the floors are those of a mean of three seeds
/// less about one standard error (1.7 points on 372 test pictures).
/// </summary>
[Trait("Speed", "Slow")]
public sealed class FineTuneProtocolTests(ClothingStudies clothing) : IClassFixture<ClothingStudies>
{
    private const double OneSeed = 0.015;

    /// <summary>
    /// Three trainings one after the other go apart with the order in which threads add up: with one seed the end lay between
    /// 0.825 and 0.893 in six runs, so only what is far off is told here. Naive training ends below a half; the means of
    /// three seeds come from the benchmark.
    /// </summary>
    private const double OneSeedOfThreeSteps = 0.06;

    [Fact]
    public void Balanced_AllClothingClassesAtOnce_ReachesTheFloor()
    {
        var metrics = clothing.Joint.Results[^1].Metrics;

        Log($"accuracy {metrics.Accuracy:F4}, macro-F1 {metrics.MacroF1:F4}");
        Assert.InRange(metrics.Accuracy, 0.88 - OneSeed, 1);
    }

    /// <summary>
    /// Small to stay short, and so no matter of the floors: these hold at 160 px on photographs, and here 64 px and 100
    /// pictures a class of 32 px each are shown. Measured with seed 1: 0.702 against 0.627.
    /// </summary>
    [Fact]
    public void Balanced_HundredCifarPicturesOfEachClassAt64Px_GainsOverTheFrozenBackbone()
    {
        using var cifar = PictureStudy.Open("cifar10", perClass: 100);
        var plan = TrainingPlan.Balanced with { SidePx = 64 };
        var frozen = new IncrementStudy(cifar, plan, "frozen");
        frozen.To(10);

        var tuned = cifar.Evaluate(cifar.Fit(plan, cifar.Pretrained, FineTuneStudy.ZeroHead(10), _ => true, _ => { }), plan.SidePx);

        var before = frozen.Results[^1].Metrics.Accuracy;
        Log($"CIFAR-10's part: fine-tuned {tuned.Accuracy:F4}, frozen {before:F4}");
        Assert.InRange(tuned.Accuracy, 0.66, 1);
        Assert.InRange(tuned.Accuracy - before, 0.03, 1);
    }

    /// <summary>Joint training is the program's own too, on the same pictures with the same seed.</summary>
    [Fact]
    public void AddingClasses_SixThenTwoThenTwo_EndsNearJointTrainingAndKeepsTheOld()
    {
        var steps = Logged("rehearsal", clothing.Rehearsal);

        var (accuracy, joint) = (steps.Results[^1].Metrics.Accuracy, clothing.Joint.Results[^1].Metrics.Accuracy);
        Log($"joint training {joint:F4}");
        Assert.InRange(joint - accuracy, -1, 0.02 + OneSeed + OneSeedOfThreeSteps);
        Assert.InRange(accuracy, 0.88 - 0.02 - OneSeedOfThreeSteps, 1);
        Assert.InRange(steps.Forgetting(), -1, 0.06 + OneSeedOfThreeSteps);
        Assert.InRange(steps.MostBroken(), 0, 0.06 + OneSeedOfThreeSteps);
    }

    /// <summary>The program's way where old images are gone: old rows stay, new ones come from the sums kept with the model.</summary>
    [Fact]
    public void AddingClasses_NoOldImageLeft_ReachesTheFloor() =>
        Assert.InRange(Logged("extension", clothing.Continued("extension")).Results[^1].Metrics.Accuracy, 0.84 - (2 * OneSeed), 1);

    /// <summary>What the closed form alone can do on the same backbone: the mark for the way above.</summary>
    [Fact]
    public void ClosedFormHead_OnAFineTunedBaseWithoutOldImages_ReachesTheFloor() =>
        Assert.InRange(Logged("lda", clothing.Continued("lda")).Results[^1].Metrics.Accuracy, 0.84 - (2 * OneSeed), 1);

    private static IncrementStudy Logged(string method, IncrementStudy steps)
    {
        Log($"{method}: accuracy {string.Join(" ", steps.Results.Select(step => step.Metrics.Accuracy))}, forgetting {steps.Forgetting()}, right to wrong {steps.MostBroken()}");
        return steps;
    }

    private static void Log(string text) => TestContext.Current.TestOutputHelper!.WriteLine(text);
}
