using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Training;

/// <summary>A run's data without any stored embedding: what is needed is computed from drawn pictures.</summary>
/// <param name="inner">What is not a picture comes from there.</param>
/// <param name="onRead">Told of each picture that is read.</param>
internal sealed class ImagesOnly(MemoryRunFiles inner, Action? onRead = null) : IRunFiles
{
    public int Reads { get; private set; }

    public Task<DatasetManifest> ReadDatasetAsync(CancellationToken cancellationToken) => inner.ReadDatasetAsync(cancellationToken);

    public Task ReadEmbeddingsAsync(
        EmbeddingKey key, int embeddingSize, IReadOnlyList<DatasetEntry> entries, Action<DatasetEntry, float[]> onEmbedding, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public Task<byte[]> ReadImageAsync(DatasetEntry entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Reads++;
        onRead?.Invoke();
        return Task.FromResult(TestImages.Png((int)entry.ImageId));
    }

    public Task<bool> FetchPromotedAsync(string folder, CancellationToken cancellationToken) => inner.FetchPromotedAsync(folder, cancellationToken);

    public Task FetchExtractorAsync(string folder, CancellationToken cancellationToken) => inner.FetchExtractorAsync(folder, cancellationToken);

    public Task<TrainingCheckpoint?> ReadCheckpointAsync(CancellationToken cancellationToken) => inner.ReadCheckpointAsync(cancellationToken);

    public Task KeepCheckpointAsync(TrainingCheckpoint checkpoint, CancellationToken cancellationToken) =>
        inner.KeepCheckpointAsync(checkpoint, cancellationToken);

    public Task FetchModelAsync(Guid modelId, string folder, CancellationToken cancellationToken) =>
        inner.FetchModelAsync(modelId, folder, cancellationToken);
}
