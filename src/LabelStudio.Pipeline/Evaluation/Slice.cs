namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Test images that have something in common.</summary>
/// <param name="Name">What they have in common.</param>
/// <param name="Count">Images.</param>
/// <param name="Right">Images that the model has right.</param>
/// <param name="Low">Lower end of Wilson's 95 % interval of the accuracy.</param>
/// <param name="High">Upper end.</param>
/// <param name="ImageIds">The images.</param>
public sealed record Slice(string Name, int Count, int Right, double Low, double High, IReadOnlyList<long> ImageIds)
{
    public double Accuracy => (double)Right / Count;
}
