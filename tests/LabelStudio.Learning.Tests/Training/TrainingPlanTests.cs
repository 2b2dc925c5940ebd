using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

public sealed class TrainingPlanTests
{
    public static TheoryData<TrainingPlan> Presets => [TrainingPlan.Quick, TrainingPlan.Balanced, TrainingPlan.Thorough];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Validate_Preset_FindsNothing(TrainingPlan plan) => Assert.Empty(plan.Validate());

    public static TheoryData<TrainingPlan, string> Wrong => new()
    {
        { new() { LastStageCount = 0 }, "number of last stages is 0. Set it from 1 to 7." },
        { new() { LastStageCount = 8 }, "number of last stages is 8." },
        { new() { BackboneLearningRate = 0 }, "backbone's learning rate is 0." },
        { new() { BackboneLearningRate = 1.5 }, "backbone's learning rate is 1.5." },
        { new() { BackboneLearningRate = double.NaN }, "backbone's learning rate is NaN." },
        { new() { WeightDecay = -0.01 }, "weight decay is -0.01." },
        { new() { WeightDecay = 1.01 }, "weight decay is 1.01." },
        { new() { HeadPenalty = -0.1 }, "head's penalty is -0.1." },
        { new() { HeadPenalty = 101 }, "head's penalty is 101." },
        { new() { Dropout = -0.1 }, "dropout is -0.1." },
        { new() { Dropout = 1 }, "dropout is 1. Set it from 0 to below 1" },
        { new() { WarmupShare = -0.1 }, "warm-up share is -0.1." },
        { new() { WarmupShare = 1 }, "warm-up share is 1." },
        { new() { Patience = -1 }, "patience is -1 epochs." },
        { new() { MinimumEpochs = -1 }, "may stop early is -1." },
        { new() { Epochs = 6, MinimumEpochs = 7 }, "may stop early is 7. Set it from 0 (none) to the number of epochs, 6." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Validate_OneWrongSetting_NamesItsValueAndNothingElse(TrainingPlan plan, string problem) =>
        Assert.Contains(problem, Assert.Single(plan.Validate()), StringComparison.Ordinal);

    [Fact]
    public void Validate_SeveralWrongSettings_NamesEach()
    {
        var plan = new TrainingPlan { Epochs = 0, HeadLearningRate = double.NaN, LabelSmoothing = 1, SidePx = 225, TimeLimit = TimeSpan.Zero };

        var problems = plan.Validate();

        Assert.Equal(5, problems.Count);
        Assert.Contains(problems, problem => problem.Contains("epochs is 0", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("225 pixels", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_WrongSettingsOfRehearsalAndColour_NamesEach()
    {
        var plan = new TrainingPlan { ColourChange = 1, Rehearsal = (RehearsalMemory)9, ExemplarsPerClass = 0, DistillationWeight = -1, DistillationTemperature = 0 };

        var problems = plan.Validate();

        Assert.Equal(["colour change is 1", "memory is unknown", "keeps 0 images", "weight is -1", "temperature is 0"], problems, (part, problem) => problem.Contains(part, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(3, 0, 4, true)]
    [InlineData(3, 0, 3, false)]
    [InlineData(3, 6, 5, false)]
    [InlineData(3, 6, 6, true)]
    [InlineData(0, 0, 100, false)]
    public void IsPatienceOver_HighestInTheFirstEpoch_WaitsForPatienceAndMinimum(int patience, int minimum, int epoch, bool expected) =>
        Assert.Equal(expected, new TrainingPlan { Epochs = 200, Patience = patience, MinimumEpochs = minimum }.IsPatienceOver(epoch, highestEpoch: 1));

    [Fact]
    public void Json_RoundTrip_KeepsEverySetting()
    {
        var plan = TrainingPlan.Thorough with { Seed = 99, MinimumEpochs = 4, TimeLimit = TimeSpan.FromMinutes(3), ClassBalanced = false, Rehearsal = RehearsalMemory.Herding, DistillationWeight = 0.5 };

        Assert.Equal(plan, TrainingPlan.FromJson(plan.ToJson()));
    }

    [Fact]
    public void Json_SettingMissing_TakesItsDefault() => Assert.Equal(new TrainingPlan { Epochs = 3 }, TrainingPlan.FromJson("""{"Epochs":3}"""));
}
