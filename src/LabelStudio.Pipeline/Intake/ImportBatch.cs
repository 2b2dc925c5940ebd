namespace LabelStudio.Pipeline.Intake;

/// <summary>What came in together.</summary>
public sealed class ImportBatch
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public required Guid CreatedBy { get; init; }

    public required string Name { get; init; }

    /// <summary>The folder a file lies in names its class.</summary>
    public bool UseFolderNames { get; init; }

    public int AddedCount { get; set; }

    public int DuplicateCount { get; set; }

    public int RefusedCount { get; set; }
}
