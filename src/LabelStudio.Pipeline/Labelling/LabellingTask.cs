using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>An image to decide upon.</summary>
public sealed record LabellingTask(
    long ImageId,
    string Sha256,
    string FileName,
    int WidthPx,
    int HeightPx,
    int LabelVersion,
    ImageState State,
    Guid? ClassId,
    bool IsFlagged);
