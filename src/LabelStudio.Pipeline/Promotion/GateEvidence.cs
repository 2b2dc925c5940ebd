namespace LabelStudio.Pipeline.Promotion;

/// <summary>What the gate judges a model by, held against the promoted one.</summary>
/// <param name="Classes">Classes in use that both know, with the accuracies of each and the test images behind them.</param>
/// <param name="Missing">Names of classes in use that the promoted model can answer and this one cannot.</param>
/// <param name="MacroF1">Before and after: over what, and how much.</param>
/// <param name="On">On which test images.</param>
internal sealed record GateEvidence(
    IReadOnlyList<GateEvidence.ClassFigures> Classes, IReadOnlyList<string> Missing, IReadOnlyList<GateEvidence.MacroF1Change> MacroF1, string On)
{
    internal sealed record ClassFigures(string Name, double Before, double After, int Support);

    /// <param name="Over">Such as " over the old classes"; empty: over all.</param>
    internal sealed record MacroF1Change(string Over, double Before, double After);
}
