namespace LabelStudio.Pipeline.Datasets;

/// <summary>Labels and splits as they were at one moment; the manifest file is never changed.</summary>
public sealed class DatasetSnapshot
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public required int OntologyVersion { get; init; }

    public required int TrainCount { get; init; }

    public required int ValidationCount { get; init; }

    public required int TestCount { get; init; }

    public required string ManifestSha256 { get; init; }
}
