using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Api;

namespace LabelStudio.Web.Tests.Api;

public sealed class LaunchBodyTests
{
    [Fact]
    public void ToPlan_Empty_IsQuick() => Assert.Equal(TrainingPlan.Quick, new LaunchBody().ToPlan());

    [Fact]
    public void ToPlan_PresetInCapitals_IsThatPreset() => Assert.Equal(TrainingPlan.Balanced, new LaunchBody("Balanced").ToPlan());

    [Fact]
    public void ToPlan_UnknownPreset_IsRefusedWithTheChoices()
    {
        var error = Assert.Throws<InvalidRequestException>(() => new LaunchBody("turbo").ToPlan());

        Assert.Contains("quick, balanced or thorough", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToPlan_PresetAndPlan_IsRefused() =>
        Assert.Throws<InvalidRequestException>(() => new LaunchBody("quick", TrainingPlan.Quick).ToPlan());
}
