using System.Globalization;
using LabelStudio.Learning.Backbones;

namespace LabelStudio.Learning.Training;

/// <summary>How much of a disk the features that a fine-tuning computes once and keeps will take, known before any of it is taken.</summary>
public static class FeatureRoom
{
    /// <summary>What a run may take unless its trainer is told otherwise.</summary>
    public const long UsualMostBytes = 50 * Gigabyte;

    /// <summary>Stays free on the disk: other programs, and perhaps the database, live there too.</summary>
    public const long ReserveBytes = Gigabyte;

    private const long Gigabyte = 1_000_000_000;

    /// <summary>Bytes of what a plan keeps of its images.</summary>
    public static long BytesOf(TrainingPlan plan, BackboneDescriptor backbone, int trainImages, int validationImages)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(backbone);
        var views = ((long)trainImages * FrozenStages.ViewsOf(plan)) + validationImages;
        return checked(views * FrozenStages.ShapeOf(plan, backbone).Aggregate(1L, (product, dimension) => product * dimension) * FeatureCache.NumberBytes);
    }

    /// <summary>Why a run can't keep its features, and what to do; null: it can.</summary>
    /// <param name="plan">The run's plan, which trains stages of the backbone.</param>
    /// <param name="backbone">Which network.</param>
    /// <param name="trainImages">Its training images.</param>
    /// <param name="validationImages">Its validation images.</param>
    /// <param name="mostBytes">What a run may take.</param>
    /// <param name="freeBytes">What is free on the disk; null: unknown.</param>
    /// <param name="originalBytes">What the copied originals take of it.</param>
    public static string? Problem(
        TrainingPlan plan, BackboneDescriptor backbone, int trainImages, int validationImages, long mostBytes, long? freeBytes, long originalBytes = 0)
    {
        var needed = BytesOf(plan, backbone, trainImages, validationImages);
        var limit = needed > mostBytes
            ? $"a run of this trainer may take {Size(mostBytes)}. Allow the trainer more for features"
            : freeBytes is { } free && needed + originalBytes > free - ReserveBytes
                ? $"{Size(free)} are free there, of which {Size(ReserveBytes)} must stay free. Make room on that disk"
                : null;
        return limit is null ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"The features of {trainImages + validationImages} images at {plan.SidePx} px would take {Size(needed)} of the trainer's disk{(originalBytes > 0 ? $" and the copied originals {Size(originalBytes)}" : "")}, but {limit}, or launch the run with a smaller image side, {(FrozenStages.ViewsOf(plan) > 2 ? "without random crops and changes of colour, " : "")}on fewer images, or training the head only.");
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, bytes) / (double)Gigabyte:0.0} GB");
}
