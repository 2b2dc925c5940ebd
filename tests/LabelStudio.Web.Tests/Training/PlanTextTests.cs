using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Training;
using LabelStudio.Web.Pages.Training;

namespace LabelStudio.Web.Tests.Training;

public sealed class PlanTextTests
{
    private static readonly TrainingPlan s_fineTuning = TrainingPlan.Balanced with { Rehearsal = RehearsalMemory.Random, DistillationWeight = 1 };

    /// <summary>What acts on a head alone; the others act on a run that trains the backbone.</summary>
    private static readonly string[] s_headOnly = [nameof(TrainingPlan.HeadPenalty)];

    public static TheoryData<string> Settings => [.. typeof(TrainingPlan).GetProperties().Where(property => property.CanWrite).Select(property => property.Name)];

    /// <summary>Two runs that differ in a setting that acts are told apart by it.</summary>
    [Theory]
    [MemberData(nameof(Settings))]
    public void Of_OneSettingChanged_SaysSomethingElse(string setting)
    {
        var plan = s_headOnly.Contains(setting) ? TrainingPlan.Quick : s_fineTuning;
        var property = typeof(TrainingPlan).GetProperty(setting)!;
        var changed = plan with { };
        property.SetValue(changed, property.GetValue(LaunchViewTests.Unusual) is var unusual && unusual!.Equals(property.GetValue(plan)) ? property.GetValue(TrainingPlan.Quick) : unusual);

        Assert.NotEqual(PlanText.Of(plan), PlanText.Of(changed));
    }

    [Fact]
    public void Of_HeadOnly_LeavesOutWhatDoesNotAct()
    {
        var names = PlanText.Of(TrainingPlan.Quick).Select(line => line.Name).ToList();

        Assert.Contains("Head penalty", names);
        Assert.DoesNotContain("Weight decay", names);
        Assert.DoesNotContain("Backbone learning rate", names);
    }
}
