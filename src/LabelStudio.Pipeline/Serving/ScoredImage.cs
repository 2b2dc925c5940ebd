namespace LabelStudio.Pipeline.Serving;

/// <summary>What the live head thinks of an image.</summary>
/// <param name="LabelClassId">The label it has.</param>
/// <param name="First">The most probable class.</param>
/// <param name="Second">The next one.</param>
/// <param name="Entropy">Of all classes, in nats: 0 is certain.</param>
public sealed record ScoredImage(long ImageId, Guid? LabelClassId, ClassScore First, ClassScore Second, double Entropy)
{
    /// <summary>How far the first class is ahead, 0 to 1: 0 is undecided.</summary>
    public double Margin => First.Probability - Second.Probability;
}
