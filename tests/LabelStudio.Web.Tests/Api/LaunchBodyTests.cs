using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Api;

namespace LabelStudio.Web.Tests.Api;

public sealed class LaunchBodyTests
{
    [Fact]
    public void ToPlan_Empty_IsQuick() => Assert.Equal(TrainingPlan.Quick, new LaunchBody().ToPlan(forAddedClasses: null));

    [Theory]
    [InlineData(null)]
    [InlineData("balanced")]
    public void ToPlan_ClassesAreAdded_IsTheRecipeForThem(string? preset)
    {
        var recipe = TrainingPlan.ForAddedClasses(100);

        Assert.Equal(recipe, new LaunchBody(preset).ToPlan(recipe));
    }

    [Fact]
    public void ToPlan_ClassesAreAddedButQuickAsked_IsQuick() =>
        Assert.Equal(TrainingPlan.Quick, new LaunchBody("quick").ToPlan(TrainingPlan.ForAddedClasses(100)));

    [Fact]
    public void ToPlan_PresetInCapitals_IsThatPreset() => Assert.Equal(TrainingPlan.Balanced, new LaunchBody("Balanced").ToPlan(forAddedClasses: null));

    [Fact]
    public void ToPlan_UnknownPreset_IsRefusedWithTheChoices()
    {
        var error = Assert.Throws<InvalidRequestException>(() => new LaunchBody("turbo").ToPlan(forAddedClasses: null));

        Assert.Contains("quick, balanced or thorough", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToPlan_PresetAndPlan_IsRefused() =>
        Assert.Throws<InvalidRequestException>(() => new LaunchBody("quick", TrainingPlan.Quick).ToPlan(forAddedClasses: null));
}
