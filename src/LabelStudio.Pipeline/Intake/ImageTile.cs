namespace LabelStudio.Pipeline.Intake;

public sealed record ImageTile(
    long Id,
    string Sha256,
    string FileName,
    ImageState State,
    Guid? ClassId,
    Split Split,
    int WidthPx,
    int HeightPx,
    bool IsFlagged);
