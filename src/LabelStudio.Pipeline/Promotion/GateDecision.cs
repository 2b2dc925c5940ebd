namespace LabelStudio.Pipeline.Promotion;

/// <summary>Whether a model may replace the promoted one.</summary>
/// <param name="Allowed">Nothing speaks against it.</param>
/// <param name="Reasons">What speaks against it, one sentence each; when allowed, what was looked at.</param>
public sealed record GateDecision(bool Allowed, IReadOnlyList<string> Reasons)
{
    /// <summary>The two models were not asked about the same test images: an evaluation of both would tell more.</summary>
    public bool IsOnDifferentImages { get; init; }
}
