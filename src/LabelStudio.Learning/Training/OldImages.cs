using System.Globalization;
using LabelStudio.Learning.Memory;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Decides whether enough images of the classes that a model already knows are shown to a run to train its backbone. With 20 of a
/// class fine-tuning measured worse than leaving the backbone still and extending the closed-form head, with distillation or
/// without (clothing 0.83 against 0.88, waste 0.80 against 0.90, signs 0.95 against 0.97).
/// </summary>
public static class OldImages
{
    /// <summary>Images of an old class, on average, up to which the backbone had better stay still.</summary>
    public const int Few = 20;

    /// <summary>Why a run extends the closed-form head instead of training, as sentences for people; null: it trains what its plan says.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="old">Of each class that the start model knows and the run has images of; empty: they are left out, or none is left.</param>
    /// <param name="newClasses">How many classes the run adds.</param>
    /// <param name="lostClasses">Classes in use that the start model knows and that have no training image left or are left out.</param>
    public static string? WhyBackboneStaysStill(TrainingPlan plan, IReadOnlyCollection<OldClassImages> old, int newClasses, int lostClasses = 0)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(old);
        if (plan.TrainsOnFewOldImages || newClasses == 0)
        {
            return null;
        }
        if (old.Count == 0)
        {
            return "No training image of the classes that the model already knows is shown to this run (left out, or none is left). A training on the new classes alone would forget them: the backbone stays as it is, and the closed-form head is extended by the new classes.";
        }
        if (plan.Layers == TrainedLayers.HeadOnly)
        {
            return null;
        }
        if (lostClasses > 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"No training image of {lostClasses} of the {old.Count + lostClasses} classes that the model already knows is shown to this run (left out, or none is left). Training the backbone on the others would forget {(lostClasses == 1 ? "it" : "them")}: the backbone stays as it is, and the closed-form head is extended by the new classes.");
        }
        var shown = old.Average(item => plan.Rehearsal == RehearsalMemory.All ? item.Now : Math.Min(item.Now, plan.ExemplarsPerClass));
        if (shown <= Few)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Only {shown:0.#} images of a class the model already knows are shown, on average. Training the backbone on so few forgets more than it learns: the backbone stays as it is, and the closed-form head is extended by the new classes.");
        }
        return old.Count(item => item.IsGone) is > 0 and var gone
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Of {gone} of the {old.Count} classes that the model already knows most training images are gone: {OldClassImages.Handful} or fewer are left. Training the backbone would forget {(gone == 1 ? "it" : "them")}: the backbone stays as it is, and the closed-form head is extended by the new classes.")
            : null;
    }
}
