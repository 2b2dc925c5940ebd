using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Review;

/// <summary>Images that show the same picture.</summary>
/// <param name="Images">At least two, the largest picture first.</param>
public sealed record NearDuplicateSet(IReadOnlyList<NearDuplicateImage> Images)
{
    /// <summary>The set lies in more than one split: what is tested on was learned.</summary>
    public bool CrossesSplits { get; } = Images.Select(image => image.Split).Distinct().Skip(1).Any();

    /// <summary>A train image has a copy in the test split.</summary>
    public bool LeaksIntoTest { get; } =
        Images.Any(image => image.Split == Split.Test) && Images.Any(image => image.Split != Split.Test);

    /// <summary>The same picture has different labels.</summary>
    public bool DisagreesOnClass { get; } =
        Images.Where(image => image.ClassId is not null).Select(image => image.ClassId).Distinct().Skip(1).Any();
}
