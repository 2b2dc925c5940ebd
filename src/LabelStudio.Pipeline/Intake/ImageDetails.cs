namespace LabelStudio.Pipeline.Intake;

public sealed record ImageDetails(
    long Id,
    Guid ProjectId,
    string Sha256,
    string FileName,
    string MediaType,
    int WidthPx,
    int HeightPx,
    long ByteCount,
    Split Split,
    ImageState State,
    Guid? ClassId,
    int LabelVersion,
    bool IsFlagged,
    Guid ImportBatchId,
    DateTime UploadedUtc,
    string? UploadedByName,
    DateTime? LabelledUtc,
    string? LabelledByName);
