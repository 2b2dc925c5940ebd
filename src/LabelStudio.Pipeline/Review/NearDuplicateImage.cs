using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Review;

/// <summary>One image of a set of near-duplicates.</summary>
public sealed record NearDuplicateImage(
    long ImageId,
    string Sha256,
    string FileName,
    ImageState State,
    Guid? ClassId,
    Split Split,
    int WidthPx,
    int HeightPx,
    long ByteCount);
