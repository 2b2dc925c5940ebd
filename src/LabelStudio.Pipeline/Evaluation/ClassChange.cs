namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Accuracy of one old class before and after, on the same test images.</summary>
/// <param name="Support">Test images of the class.</param>
public sealed record ClassChange(Guid ClassId, double RecallBefore, double RecallAfter, int Support)
{
    /// <summary>What was forgotten (above 0) or gained (below 0), as a share.</summary>
    public double Forgetting => RecallBefore - RecallAfter;
}
