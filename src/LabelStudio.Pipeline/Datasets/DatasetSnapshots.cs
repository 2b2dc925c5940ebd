namespace LabelStudio.Pipeline.Datasets;

/// <summary>Freezes the labels of a project, for training and evaluation on the very same images.</summary>
public sealed class DatasetSnapshots
{
    public Task<DatasetSnapshot> CreateAsync(Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads a frozen manifest and checks it against its hash.</summary>
    public Task<DatasetManifest> ReadAsync(Guid snapshotId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>What a snapshot taken now would hold: labelled images per class and split.</summary>
    public Task<IReadOnlyList<ClassSplitCount>> PreviewAsync(Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
