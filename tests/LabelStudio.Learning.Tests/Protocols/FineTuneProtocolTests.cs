namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>
/// Real photographs against accuracy floors. One seed each, to stay short: the floors are those of a mean of three seeds
/// less about one standard error (1.7 points on 372 test pictures).
/// </summary>
[Trait("Speed", "Slow")]
public sealed class FineTuneProtocolTests(ClothingStudies clothing, CifarStudies cifar) : IClassFixture<ClothingStudies>, IClassFixture<CifarStudies>
{
    private const double OneSeed = 0.015;

    [Fact]
    public void Balanced_AllClothingClassesAtOnce_ReachesTheFloor()
    {
        var metrics = clothing.Joint.Results[^1].Metrics;

        Log($"accuracy {metrics.Accuracy:F4}, macro-F1 {metrics.MacroF1:F4}");
        Assert.InRange(metrics.Accuracy, 0.88 - OneSeed, 1);
    }

    /// <summary>
    /// The floors are for 160 px, so these bounds are what was measured, 0.692 with two threads and 0.674 with one against 0.627,
    /// less chance. Of three seeds: a single one ended anywhere from 0.639 to 0.710.
    /// </summary>
    [Fact]
    public void Balanced_CifarPicturesAt64Px_GainsOverTheFrozenBackbone()
    {
        int[] seeds = [1, 2, 3];
        var (tuned, before) = (seeds.Average(seed => cifar.JointOf(seed).Results[^1].Metrics.Accuracy), cifar.Frozen.Results[^1].Metrics.Accuracy);

        Log($"CIFAR-10's part: fine-tuned {tuned:F4}, frozen {before:F4}");
        Assert.InRange(tuned, 0.66, 1);
        Assert.InRange(tuned - before, 0.03, 1);
    }

    /// <summary>Joint training is the program's own too, on the same pictures with the same seed.</summary>
    [Fact]
    public void AddingClasses_SixThenTwoThenTwo_EndsNearJointTrainingAndKeepsTheOld()
    {
        var steps = Logged("rehearsal", clothing.Rehearsal);

        AssertNearJoint(steps, clothing.Joint);
        Assert.InRange(steps.Results[^1].Metrics.Accuracy, 0.88 - 0.02, 1);
        Assert.InRange(steps.Forgetting(), -1, 0.06);
        Assert.InRange(steps.MostBroken(), 0, 0.06);
        Assert.InRange(steps.OldClassDrop(), -1, 0.02 + OneSeed);
    }

    [Fact]
    public void AddingClasses_CifarPicturesAt64Px_EndsNearJointTraining() => AssertNearJoint(Logged("CIFAR-10's part", cifar.Rehearsal), cifar.Joint);

    /// <summary>The program's way where old images are gone: old rows stay, new ones come from the sums kept with the model.</summary>
    [Fact]
    public void AddingClasses_NoOldImageLeft_ReachesTheFloor() =>
        Assert.InRange(Logged("extension", clothing.Continued("extension")).Results[^1].Metrics.Accuracy, 0.84 - OneSeed, 1);

    /// <summary>What the closed form alone can do on the same backbone: the mark for the way above.</summary>
    [Fact]
    public void ClosedFormHead_OnAFineTunedBaseWithoutOldImages_ReachesTheFloor() =>
        Assert.InRange(Logged("lda", clothing.Continued("lda")).Results[^1].Metrics.Accuracy, 0.84 - OneSeed, 1);

    private static void AssertNearJoint(IncrementStudy steps, IncrementStudy joint)
    {
        Log($"joint training {joint.Results[^1].Metrics.Accuracy:F4}");
        Assert.InRange(joint.Results[^1].Metrics.Accuracy - steps.Results[^1].Metrics.Accuracy, -1, 0.02 + OneSeed);
    }

    private static IncrementStudy Logged(string method, IncrementStudy steps)
    {
        Log($"{method}: accuracy {string.Join(" ", steps.Results.Select(step => step.Metrics.Accuracy))}, forgetting {steps.Forgetting()}, right to wrong {steps.MostBroken()}");
        return steps;
    }

    private static void Log(string text) => TestContext.Current.TestOutputHelper!.WriteLine(text);
}
