namespace LabelStudio.Pipeline.Review;

/// <summary>A reviewer's verdict on one label. A label given later is unchecked again.</summary>
public sealed class LabelCheck
{
    public long Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required long ImageId { get; init; }

    /// <summary>The label that was judged, and the image's label version then.</summary>
    public required Guid ClassId { get; init; }

    public required int LabelVersion { get; init; }

    public required CheckVerdict Verdict { get; init; }

    public string? Reason { get; init; }

    public Guid? LabelledBy { get; init; }

    public required Guid ReviewerId { get; init; }

    public required DateTime AtUtc { get; init; }
}
