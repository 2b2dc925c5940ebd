using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;

namespace LabelStudio.Pipeline.Training;

/// <summary>Where a run's data come from: the server over HTTP, or a folder.</summary>
public interface IRunFiles
{
    /// <summary>The frozen images and labels.</summary>
    Task<DatasetManifest> ReadDatasetAsync(CancellationToken cancellationToken);

    /// <summary>Hands over those of the wanted embeddings that are stored under the key already.</summary>
    Task ReadEmbeddingsAsync(
        EmbeddingKey key, int embeddingSize, IReadOnlyList<DatasetEntry> entries, Action<DatasetEntry, float[]> onEmbedding, CancellationToken cancellationToken);

    /// <summary>An original image's bytes.</summary>
    Task<byte[]> ReadImageAsync(DatasetEntry entry, CancellationToken cancellationToken);

    /// <summary>Brings a model's folder to the given path.</summary>
    Task FetchModelAsync(Guid modelId, string folder, CancellationToken cancellationToken);

    /// <summary>Brings the folder of the model that is promoted at this moment to the given path; false: none is.</summary>
    Task<bool> FetchPromotedAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Brings the run's own feature extractor to the given path.</summary>
    Task FetchExtractorAsync(string folder, CancellationToken cancellationToken);

    /// <summary>The run's newest checkpoint; null: it begins at its start.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    Task<TrainingCheckpoint?> ReadCheckpointAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a checkpoint where any trainer finds it.</summary>
    Task KeepCheckpointAsync(TrainingCheckpoint checkpoint, CancellationToken cancellationToken);
}
