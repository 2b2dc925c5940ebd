namespace LabelStudio.Pipeline.Labelling;

/// <summary>An image whose class is certain (the label it has), handed out now and then as if it had no label: what people answer is counted, never saved as its label.</summary>
public sealed class KnownImage
{
    public required long ImageId { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid AddedBy { get; init; }

    public required DateTime AddedUtc { get; init; }
}
