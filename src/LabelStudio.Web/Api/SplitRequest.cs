using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Web.Api;

/// <summary>Brings many images into one split.</summary>
public sealed record SplitRequest(IReadOnlyList<long> ImageIds, Split Split);
