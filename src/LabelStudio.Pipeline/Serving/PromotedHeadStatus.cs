namespace LabelStudio.Pipeline.Serving;

/// <summary>How a project that takes suggestions from its promoted model stands with it.</summary>
/// <param name="ModelName">As people call it; null: none is promoted.</param>
/// <param name="ClassIds">The classes it knows, as they are today.</param>
/// <param name="Problem">Why it cannot suggest, so that the live head does; null: it does.</param>
public sealed record PromotedHeadStatus(string? ModelName, IReadOnlyList<Guid> ClassIds, string? Problem);
