using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>An image to decide upon.</summary>
/// <param name="Lease">Number of the lease that it was handed out under; 0: none.</param>
public sealed record LabellingTask(
    long ImageId,
    string Sha256,
    string FileName,
    int WidthPx,
    int HeightPx,
    int LabelVersion,
    ImageState State,
    Guid? ClassId,
    bool IsFlagged,
    long Lease)
{
    /// <summary>Why it is discarded; null: it is not, or nobody said.</summary>
    public string? DiscardReason { get; init; }
}
