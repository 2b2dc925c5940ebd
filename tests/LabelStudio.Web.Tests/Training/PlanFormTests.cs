using Bunit;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Training;
using LabelStudio.Web.Pages.Training;
using LabelStudio.Web.Tests.Hosting;

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

        form.Do(() => form.FindAll(".presets button")[1].Click());

        Assert.Equal(TrainingPlan.Balanced, plan);
    }

    [Fact]
    public void Field_Changed_ChangesThatSettingOnly()
    {
        TrainingPlan? plan = null;
        var form = Show(TrainingPlan.Quick, [TrainedLayers.HeadOnly], p => plan = p);

        form.Do(() => form.FindAll("label").Single(label => label.TextContent.StartsWith("Epochs", StringComparison.Ordinal)).QuerySelector("input")!.Change("12"));

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

        form.Do(() => form.FindAll("label").Single(label => label.TextContent.StartsWith("Exemplars per class", StringComparison.Ordinal)).QuerySelector("input")!.Change("20"));

        Assert.Equal(20, plan!.ExemplarsPerClass);
    }

    [Fact]
    public void RunThatExtendsNoModel_IsNotAskedWhatToKeepOfOne()
    {
        var form = Render<PlanForm>(p => p
            .Add(f => f.Plan, TrainingPlan.Balanced with { DistillationWeight = 1, Rehearsal = RehearsalMemory.Herding })
            .Add(f => f.SupportedLayers, [TrainedLayers.HeadOnly, TrainedLayers.LastStages])
            .Add(f => f.Extends, false));

        Assert.NotNull(Field(form, "Epochs"));
        foreach (var setting in new[] { "Rehearsal memory", "Exemplars per class", "Distillation", "Train the backbone on few old images" })
        {
            Assert.DoesNotContain(setting, form.Markup, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("12.6", 13)]
    [InlineData("12.4", 12)]
    public void Field_FractionWhereNoneCanBe_IsRounded(string typed, int epochs)
    {
        TrainingPlan? plan = null;
        var form = Show(TrainingPlan.Quick, [TrainedLayers.HeadOnly], p => plan = p);

        form.Do(() => Field(form, "Epochs")!.Change(typed));

        Assert.Equal(epochs, plan!.Epochs);
    }

    [Fact]
    public void Backbone_OneOfTwoChosen_IsNamedInThePlanUnlessItIsTheDefault_AndAPresetKeepsIt()
    {
        TrainingPlan? plan = null;
        var form = Render<PlanForm>(p => p
            .Add(f => f.Plan, TrainingPlan.Quick)
            .Add(f => f.SupportedLayers, [TrainedLayers.HeadOnly, TrainedLayers.LastStages])
            .Add(f => f.Backbones, [.. BackboneRegistry.Shipped, BackboneDescriptor.EfficientNetLite0 with { Name = "another", Title = "Another" }])
            .Add(f => f.PlanChanged, changed => plan = changed));
        AngleSharp.Dom.IElement Choice() => form.FindAll("label").Single(label => label.TextContent.StartsWith("Backbone", StringComparison.Ordinal)).QuerySelector("select")!;

        Choice().Change("another");
        Assert.Equal(TrainingPlan.Quick with { Backbone = "another" }, plan);

        form.Render(p => p.Add(f => f.Plan, plan));
        Assert.Single(form.FindAll(".presets button.on"));
        form.FindAll(".presets button")[1].Click();
        Assert.Equal(TrainingPlan.Balanced with { Backbone = "another" }, plan);

        Choice().Change(BackboneDescriptor.EfficientNetLite0.Name);
        Assert.Null(plan!.Backbone);
    }

    [Fact]
    public void HeadOnly_ShowsTheHeadPenaltyThatActsAndNoWeightDecay()
    {
        TrainingPlan? plan = null;
        var form = Show(TrainingPlan.Quick, [TrainedLayers.HeadOnly, TrainedLayers.LastStages], p => plan = p);

        form.Do(() => Field(form, "Head penalty")!.Change("0.8"));

        Assert.Equal(TrainingPlan.Quick with { HeadPenalty = 0.8 }, plan);
        Assert.Null(Field(form, "Weight decay"));
    }

    [Fact]
    public void BackboneTrained_ShowsTheWeightDecayThatActsAndNoHeadPenalty()
    {
        var form = Show(TrainingPlan.Balanced, [TrainedLayers.HeadOnly, TrainedLayers.LastStages], _ => { });

        Assert.NotNull(Field(form, "Weight decay"));
        Assert.Null(Field(form, "Head penalty"));
    }

    private static AngleSharp.Dom.IElement? Field(IRenderedComponent<PlanForm> form, string name) =>
        form.FindAll("label").SingleOrDefault(label => label.TextContent.StartsWith(name, StringComparison.Ordinal))?.QuerySelector("input");

    private IRenderedComponent<PlanForm> Show(TrainingPlan plan, TrainedLayers[] supported, Action<TrainingPlan> onChange) => Render<PlanForm>(p => p
        .Add(f => f.Plan, plan)
        .Add(f => f.SupportedLayers, supported)
        .Add(f => f.PlanChanged, onChange));
}
