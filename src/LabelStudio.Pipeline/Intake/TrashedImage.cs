namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// An image in the trash: its row and all that hangs on it, moved out of their tables. So nothing that counts, trains or hands
/// out images can come upon it, and a restore gives back exactly what was there.
/// </summary>
public sealed class TrashedImage
{
    public required long ImageId { get; init; }

    public required Guid ProjectId { get; init; }

    public required string Sha256 { get; init; }

    public required string Extension { get; init; }

    public required string MediaType { get; init; }

    public required string FileName { get; init; }

    public required ImageState State { get; init; }

    public required Guid? LabelClassId { get; init; }

    public required DateTime TrashedUtc { get; init; }

    public required Guid TrashedBy { get; init; }

    /// <summary>The rows as JSON, by the name of their table.</summary>
    public required string Rows { get; init; }
}
