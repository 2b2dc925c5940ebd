using Bunit;
using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Training;
using LabelStudio.Web.Pages.Training;

namespace LabelStudio.Web.Tests.Training;

public sealed class PlanFormTests : BunitContext
{
    [Fact]
    public void Presets_OnlyHeadTrained_OffersNoPresetThatCannotRun()
    {
        var form = Show(TrainingPlan.Quick, [TrainedLayers.HeadOnly], _ => { });

        Assert.Empty(form.FindAll(".presets button"));
        Assert.DoesNotContain("Thorough", form.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Preset_Chosen_GivesItsPlan()
    {
        TrainingPlan? plan = null;
        var form = Show(TrainingPlan.Quick, [TrainedLayers.HeadOnly, TrainedLayers.LastStages], p => plan = p);

        form.FindAll(".presets button")[1].Click();

        Assert.Equal(TrainingPlan.Balanced, plan);
    }

    [Fact]
    public void Field_Changed_ChangesThatSettingOnly()
    {
        TrainingPlan? plan = null;
        var form = Show(TrainingPlan.Quick, [TrainedLayers.HeadOnly], p => plan = p);

        form.FindAll("label").Single(label => label.TextContent.StartsWith("Epochs", StringComparison.Ordinal)).QuerySelector("input")!.Change("12");

        Assert.Equal(TrainingPlan.Quick with { Epochs = 12 }, plan);
    }

    [Fact]
    public void InvalidPlan_SaysWhatIsWrong()
    {
        var form = Show(TrainingPlan.Quick with { Epochs = 0 }, [TrainedLayers.HeadOnly], _ => { });

        Assert.Contains("The number of epochs is 0.", form.Find(".problems").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Presets_WithEstimates_SayHowLongEachTakes()
    {
        var form = Render<PlanForm>(p => p
            .Add(f => f.Plan, TrainingPlan.Quick)
            .Add(f => f.SupportedLayers, [TrainedLayers.HeadOnly, TrainedLayers.LastStages])
            .Add(f => f.EstimateOf, plan => $"about {plan.Epochs} min"));

        Assert.Equal(["about 30 min", "about 6 min", "about 15 min"], form.FindAll(".estimate").Select(element => element.TextContent));
    }

    [Fact]
    public void Rehearsal_ByExemplars_AsksForTheirNumber()
    {
        TrainingPlan? plan = null;
        var form = Show(TrainingPlan.Balanced with { Rehearsal = RehearsalMemory.Herding }, [TrainedLayers.HeadOnly, TrainedLayers.LastStages], p => plan = p);

        form.FindAll("label").Single(label => label.TextContent.StartsWith("Exemplars per class", StringComparison.Ordinal)).QuerySelector("input")!.Change("20");

        Assert.Equal(20, plan!.ExemplarsPerClass);
    }

    private IRenderedComponent<PlanForm> Show(TrainingPlan plan, TrainedLayers[] supported, Action<TrainingPlan> onChange) => Render<PlanForm>(p => p
        .Add(f => f.Plan, plan)
        .Add(f => f.SupportedLayers, supported)
        .Add(f => f.PlanChanged, onChange));
}
