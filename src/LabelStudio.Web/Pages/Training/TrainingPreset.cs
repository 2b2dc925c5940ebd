using LabelStudio.Learning.Training;

namespace LabelStudio.Web.Pages.Training;

/// <summary>A ready plan with the words that tell people when to take it.</summary>
public sealed record TrainingPreset(string Name, string Description, TrainingPlan Plan)
{
    private static readonly TrainingPreset[] All =
    [
        new("Quick", "Head only, on stored embeddings: seconds to a minute.", TrainingPlan.Quick),
        new("Balanced", "Head and the last stages of the backbone: the best result for the time.", TrainingPlan.Balanced),
        new("Thorough", "Larger pictures, more stages, more epochs: for a GPU, or a night.", TrainingPlan.Thorough),
    ];

    /// <summary>Those this program can run: a preset that trains layers no trainer supports is not shown.</summary>
    /// <param name="supported">The layers that can be trained.</param>
    /// <param name="forAddedClasses">The recipe for adding classes, offered in place of the balanced preset where a run does that; null: it does not.</param>
    public static IReadOnlyList<TrainingPreset> Offered(IReadOnlyCollection<TrainedLayers> supported, TrainingPlan? forAddedClasses) =>
    [
        .. All.Select(preset => forAddedClasses is not null && preset.Plan == TrainingPlan.Balanced ? OfAddedClasses(forAddedClasses) : preset)
            .Where(preset => supported.Contains(preset.Plan.Layers)),
    ];

    private static TrainingPreset OfAddedClasses(TrainingPlan plan) => new(
        "Balanced, for added classes",
        $"Head and the last stages of the backbone, {plan.Epochs} epochs from the promoted model on the images of all classes: the measured recipe.",
        plan);
}
