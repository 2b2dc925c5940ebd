using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

public sealed class TrainingCostTests
{
    private static readonly TrainingCost s_cost = new(0.01, 0.02, 0.03, HeadPrepareSeconds: 2, HeadStepSeconds: 0.0001);

    [Fact]
    public void Estimate_HeadOnly_IsPreparationAndSteps() =>
        Assert.Equal(5, s_cost.Estimate(TrainingPlan.Quick, 1000, 200).TotalSeconds, 1e-6);

    /// <summary>Two views are computed once, held-out pictures before and after, training pictures after; a step forward is a third of a step.</summary>
    [Fact]
    public void Estimate_TwoStagesAtTheMeasuredSide_IsTheSumOfItsParts() => Assert.Equal(
        (1000 * (0.01 + (2 * 0.02))) + ((1000 + (200 * 2)) * 0.03) + (6 * ((1000 * 0.03) + (200 * 0.01))),
        s_cost.Estimate(TrainingPlan.Balanced, 1000, 200).TotalSeconds,
        1e-6);

    /// <summary>The model before sees its images once, through its own backbone.</summary>
    [Fact]
    public void Estimate_ImagesForTheParent_AddOneDecodingAndOnePassEach() => Assert.Equal(
        s_cost.Estimate(TrainingPlan.Balanced, 1000, 200).TotalSeconds + (1100 * 0.03),
        s_cost.Estimate(TrainingPlan.Balanced, 1000, 200, parentImages: 1100).TotalSeconds,
        1e-6);

    [Fact]
    public void Estimate_LargerPicturesAndMoreStages_CostsMore()
    {
        var balanced = s_cost.Estimate(TrainingPlan.Balanced, 1000, 0);

        Assert.True(s_cost.Estimate(TrainingPlan.Balanced with { SidePx = 320 }, 1000, 0) > 3 * balanced);
        Assert.True(s_cost.Estimate(TrainingPlan.Balanced with { Layers = TrainedLayers.Whole }, 1000, 0) > 2.5 * balanced);
    }

    [Fact]
    public void Estimate_TimeLimit_IsNotExceeded() =>
        Assert.Equal(TimeSpan.FromMinutes(1), s_cost.Estimate(TrainingPlan.Balanced with { TimeLimit = TimeSpan.FromMinutes(1) }, 100_000, 0));

    [Fact]
    [Trait("Speed", "Slow")]
    public void Measure_ThisMachine_GivesPositiveCostsAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var (before, threads) = (TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount, TorchSharp.torch.get_num_threads());
        Assert.NotEqual(1, threads);

        var cost = TrainingCost.Measure(BackboneDescriptor.EfficientNetLite0, PretrainedWeights.Lite0, folder.File("measure"), threads: 1, TimeProvider.System);

        TestContext.Current.TestOutputHelper!.WriteLine(cost.ToString());
        Assert.All([cost.DecodeSeconds, cost.ForwardSeconds, cost.StepSeconds, cost.HeadPrepareSeconds, cost.HeadStepSeconds], seconds => Assert.InRange(seconds, 1e-7, 60));
        Assert.False(Directory.Exists(folder.File("measure")));
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(threads, TorchSharp.torch.get_num_threads());
    }
}
