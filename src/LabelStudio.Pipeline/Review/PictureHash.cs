namespace LabelStudio.Pipeline.Review;

/// <summary>The perceptual hash of a picture's content, computed once.</summary>
public sealed class PictureHash
{
    public required string Sha256 { get; init; }

    /// <summary>The 64 bits; null: the picture cannot be decoded.</summary>
    public long? Bits { get; init; }
}
