using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>The label that an image had before a decision.</summary>
/// <param name="DiscardReason">Why it was discarded; null: it was not, or nobody said.</param>
public sealed record LabelBefore(ImageState State, Guid? ClassId, string? DiscardReason = null);
