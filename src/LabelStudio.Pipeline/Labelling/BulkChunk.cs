namespace LabelStudio.Pipeline.Labelling;

/// <summary>Images of a bulk job that are still to do, all in one transaction.</summary>
public sealed class BulkChunk
{
    public long Id { get; init; }

    public required Guid JobId { get; init; }

    /// <summary><see cref="BulkPart"/>s.</summary>
    public required string PartsJson { get; init; }
}
