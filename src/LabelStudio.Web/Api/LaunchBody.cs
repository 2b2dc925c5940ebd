using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Web.Api;

/// <summary>What a program sends to launch a run; everything may be left out.</summary>
/// <param name="Preset">quick, balanced or thorough; not together with a plan. Left out: balanced where the run adds classes to the promoted model, else quick.</param>
/// <param name="Plan">All settings; those left out take their defaults.</param>
/// <param name="Name">A name for the run.</param>
/// <param name="FromPretrained">Start from the pretrained weights even if a model is promoted.</param>
/// <param name="DatasetVersionId">Train on this frozen dataset version; left out: the labels of now are frozen.</param>
/// <param name="ClassIds">Train these classes only; left out: all that have training images.</param>
public sealed record LaunchBody(
    string? Preset = null, TrainingPlan? Plan = null, string? Name = null, bool FromPretrained = false, Guid? DatasetVersionId = null,
    IReadOnlyList<Guid>? ClassIds = null)
{
    /// <param name="forAddedClasses">The recipe for adding classes, which stands for balanced where the run does that; null: it does not.</param>
    public TrainingPlan ToPlan(TrainingPlan? forAddedClasses) => (Plan, Preset?.ToLowerInvariant()) switch
    {
        ({ } plan, null) => plan,
        (null, null) => forAddedClasses ?? TrainingPlan.Quick,
        (null, "quick") => TrainingPlan.Quick,
        (null, "balanced") => forAddedClasses ?? TrainingPlan.Balanced,
        (null, "thorough") => TrainingPlan.Thorough,
        (null, _) => throw new InvalidRequestException($"There is no preset '{Preset}'. Take quick, balanced or thorough."),
        _ => throw new InvalidRequestException("The request holds both a preset and a plan. Send one of them."),
    };
}
