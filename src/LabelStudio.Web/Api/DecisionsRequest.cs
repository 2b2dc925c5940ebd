using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Web.Api;

/// <summary>Decisions in the order they were made.</summary>
public sealed record DecisionsRequest(IReadOnlyList<Decision> Decisions);
