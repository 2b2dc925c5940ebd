using System.Globalization;
using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Training;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Pages.Training;

/// <summary>A plan's settings as lines of name and value: for the run's page and for telling two runs apart.</summary>
public static class PlanText
{
    public static IReadOnlyList<(string Name, string Value)> Of(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        List<(string, string)> lines =
        [
            ("Trained layers", RunText.Of(plan.Layers, plan.LastStageCount)),
            ("Epochs, at most", Figures.Count(plan.Epochs)),
            ("Patience", plan.Patience == 0 ? "none" : Figures.Count(plan.Patience, "epoch", "epochs")),
            ("Minimum epochs", plan.MinimumEpochs == 0 ? "none" : Figures.Count(plan.MinimumEpochs)),
            ("Batch size", Figures.Count(plan.BatchSize)),
            ("Head learning rate", Text(plan.HeadLearningRate)),
            plan.Layers == TrainedLayers.HeadOnly ? ("Head penalty", Text(plan.HeadPenalty)) : ("Weight decay", Text(plan.WeightDecay)),
            ("Label smoothing", Text(plan.LabelSmoothing)),
            ("Dropout", Text(plan.Dropout)),
            ("Warm-up share", Text(plan.WarmupShare)),
            ("Classes balanced", YesNo(plan.ClassBalanced)),
            ("Rehearsal memory", plan.Rehearsal == RehearsalMemory.All ? RunText.Of(plan.Rehearsal) : $"{RunText.Of(plan.Rehearsal)}, {Figures.Count(plan.ExemplarsPerClass)} a class"),
            ("Distillation", plan.DistillationWeight == 0 ? "none" : $"weight {Text(plan.DistillationWeight)}, temperature {Text(plan.DistillationTemperature)}"),
            ("Seed", plan.Seed.ToString(CultureInfo.CurrentCulture)),
            ("Time limit", plan.TimeLimit is { } limit ? Figures.Duration(limit) : "none"),
        ];
        if (plan.Backbone is { } backbone)
        {
            lines.Insert(0, ("Backbone", backbone));
        }
        if (plan.Layers != TrainedLayers.HeadOnly)
        {
            lines.InsertRange(6, [
                ("Backbone learning rate", Text(plan.BackboneLearningRate)),
                ("Image side", $"{plan.SidePx} px"),
                ("Mirror images", YesNo(plan.MirrorFlip)),
                ("Random crops", YesNo(plan.RandomCrop)),
                ("Colour change", plan.ColourChange == 0 ? "none" : Text(plan.ColourChange)),
                ("Backbone on few old images", plan.TrainsOnFewOldImages ? "trained" : "kept still"),
            ]);
        }

        return lines;
    }

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Text(double value) => value.ToString("0.######", CultureInfo.CurrentCulture);
}
