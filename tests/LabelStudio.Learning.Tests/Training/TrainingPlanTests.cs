using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

public sealed class TrainingPlanTests
{
    public static TheoryData<TrainingPlan> Presets => [TrainingPlan.Quick, TrainingPlan.Balanced, TrainingPlan.Thorough];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Validate_Preset_FindsNothing(TrainingPlan plan) => Assert.Empty(plan.Validate());

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

    [Fact]
    public void Json_RoundTrip_KeepsEverySetting()
    {
        var plan = TrainingPlan.Thorough with { Seed = 99, TimeLimit = TimeSpan.FromMinutes(3), ClassBalanced = false, Rehearsal = RehearsalMemory.Herding, DistillationWeight = 0.5 };

        Assert.Equal(plan, TrainingPlan.FromJson(plan.ToJson()));
    }

    [Fact]
    public void Json_SettingMissing_TakesItsDefault() => Assert.Equal(new TrainingPlan { Epochs = 3 }, TrainingPlan.FromJson("""{"Epochs":3}"""));
}
