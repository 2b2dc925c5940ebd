namespace LabelStudio.Pipeline.Datasets;

/// <summary>A snapshot's content: the classes in their order, and every labelled image.</summary>
public sealed record DatasetManifest(
    Guid SnapshotId,
    Guid ProjectId,
    int OntologyVersion,
    IReadOnlyList<DatasetClass> Classes,
    IReadOnlyList<DatasetEntry> Entries);
