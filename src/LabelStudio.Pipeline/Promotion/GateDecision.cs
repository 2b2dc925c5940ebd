namespace LabelStudio.Pipeline.Promotion;

/// <summary>Whether a model may replace the promoted one.</summary>
/// <param name="Allowed">Nothing speaks against it.</param>
/// <param name="Reasons">What speaks against it, one sentence each; when allowed, what was looked at.</param>
public sealed record GateDecision(bool Allowed, IReadOnlyList<string> Reasons);
