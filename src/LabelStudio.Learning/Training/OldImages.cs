using System.Globalization;
using LabelStudio.Learning.Memory;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Decides whether enough images of the classes that a model already knows are at hand to train its backbone. With 20 of a
/// class fine-tuning measured worse than leaving the backbone still and extending the closed-form head, with distillation or
/// without (clothing 0.83 against 0.88, waste 0.80 against 0.90, signs 0.95 against 0.97).
/// </summary>
public static class OldImages
{
    /// <summary>Images of an old class, on average, up to which the backbone had better stay still.</summary>
    public const int Few = 20;

    /// <summary>Why a run keeps the backbone still instead of training it, as sentences for people; null: it trains what its plan says.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="trainCounts">Training images at hand of each class that the start model knows and the run has; empty: none is left.</param>
    /// <param name="newClasses">How many classes the run adds.</param>
    public static string? WhyBackboneStaysStill(TrainingPlan plan, IReadOnlyCollection<int> trainCounts, int newClasses)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(trainCounts);
        if (plan.Layers == TrainedLayers.HeadOnly || plan.TrainsOnFewOldImages || newClasses == 0)
        {
            return null;
        }
        var shown = trainCounts.Select(count => plan.Rehearsal == RehearsalMemory.All ? count : Math.Min(count, plan.ExemplarsPerClass)).DefaultIfEmpty(0).Average();
        return shown > Few
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Only {shown:0.#} images of a class the model already knows are shown, on average. Training the backbone on so few forgets more than it learns: the backbone stays as it is, and the closed-form head is extended by the new classes.");
    }
}
