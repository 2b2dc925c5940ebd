using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Test images that have something in common.</summary>
/// <param name="Name">What they have in common.</param>
/// <param name="Count">Images.</param>
/// <param name="Right">Images that the model has right.</param>
/// <param name="Low">Lower end of Wilson's 95 % interval of the accuracy.</param>
/// <param name="High">Upper end.</param>
/// <param name="ImageIds">The images.</param>
/// <param name="MacroF1">Mean F1 over the classes that the images are of, on these images alone.</param>
public sealed record Slice(string Name, int Count, int Right, double Low, double High, double MacroF1, IReadOnlyList<long> ImageIds)
{
    /// <summary>With fewer images, one more error moves the accuracy by five points and more: nothing can be said of them.</summary>
    public const int FewestJudged = 20;

    public double Accuracy => (double)Right / Count;

    public bool IsTooSmall => Count < FewestJudged;

    /// <summary>Which metadata the images have in common; null: something else, or the lack of it.</summary>
    public MetadataFilter? Metadata { get; init; }
}
