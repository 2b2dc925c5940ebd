using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;

namespace LabelStudio.Pipeline.Training;

/// <summary>A run's files with its originals kept in a folder: fine-tuning reads them more than once.</summary>
internal sealed class RunImages(IRunFiles server, string folder) : IRunFiles
{
    private const int AtOnce = 4;
    private const int LogEvery = 200;

    public Task<DatasetManifest> ReadDatasetAsync(CancellationToken cancellationToken) => server.ReadDatasetAsync(cancellationToken);

    public Task ReadEmbeddingsAsync(
        EmbeddingKey key, int embeddingSize, IReadOnlyList<DatasetEntry> entries, Action<DatasetEntry, float[]> onEmbedding, CancellationToken cancellationToken) =>
        server.ReadEmbeddingsAsync(key, embeddingSize, entries, onEmbedding, cancellationToken);

    public Task FetchModelAsync(Guid modelId, string folder, CancellationToken cancellationToken) =>
        server.FetchModelAsync(modelId, folder, cancellationToken);

    public Task<bool> FetchPromotedAsync(string folder, CancellationToken cancellationToken) => server.FetchPromotedAsync(folder, cancellationToken);

    public Task FetchExtractorAsync(string folder, CancellationToken cancellationToken) => server.FetchExtractorAsync(folder, cancellationToken);

    public Task<TrainingCheckpoint?> ReadCheckpointAsync(CancellationToken cancellationToken) => server.ReadCheckpointAsync(cancellationToken);

    public Task KeepCheckpointAsync(TrainingCheckpoint checkpoint, CancellationToken cancellationToken) =>
        server.KeepCheckpointAsync(checkpoint, cancellationToken);

    /// <summary>Where the original lies once it was fetched.</summary>
    public string PathOf(DatasetEntry entry) => Path.Combine(folder, $"{entry.ImageId}{entry.Extension}");

    public async Task<byte[]> ReadImageAsync(DatasetEntry entry, CancellationToken cancellationToken)
    {
        var path = PathOf(entry);
        return File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken) : await server.ReadImageAsync(entry, cancellationToken);
    }

    /// <summary>Brings all originals; one that is gone from the server leaves an empty file, which no reader takes for a picture.</summary>
    public async Task FetchAsync(IReadOnlyList<DatasetEntry> entries, Action<string> log, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        log($"Fetching {entries.Count} images.");
        var done = 0;
        await Parallel.ForEachAsync(
            entries,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (entry, token) =>
            {
                await File.WriteAllBytesAsync(PathOf(entry), await server.ReadImageAsync(entry, token), token);
                if (Interlocked.Increment(ref done) % LogEvery == 0)
                {
                    log($"{done} of {entries.Count} images are here.");
                }
            });
    }
}
