using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Inference;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>
/// A model that is asked about stored images: through the stored embeddings of its backbone, as its run was, and from the
/// pictures where none is stored. Not thread-safe.
/// </summary>
internal sealed class AskedModel : IDisposable
{
    private const int BatchSize = 16;

    private readonly ParentModel _model;
    private readonly EmbeddingStore? _store;
    private readonly BlobStore _blobs;
    private ModelPredictor? _predictor;

    private AskedModel(ParentModel model, EmbeddingStore? store, BlobStore blobs) => (_model, _store, _blobs) = (model, store, blobs);

    public ModelManifest Manifest => _model.Manifest;

    public LinearHead Head => _model.Head;

    /// <exception cref="ModelFolderException">The folder is not whole.</exception>
    public static AskedModel Open(string folder, EmbeddingStores stores, BlobStore blobs)
    {
        var model = ParentModel.Open(folder);
        var store = stores.Find(model.Manifest.EmbeddingKey);
        return new(model, store?.EmbeddingSize == model.Head.EmbeddingSize ? store : null, blobs);
    }

    /// <summary>Probabilities of each image by its id; one that cannot be read is left out.</summary>
    public Dictionary<long, float[]> Ask(IReadOnlyList<DatasetEntry> entries, Action<int> onAnswered, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<long, float[]>(entries.Count);
        var unseen = new List<DatasetEntry>();
        foreach (var entry in entries)
        {
            if (_store is not null && _store.TryGet(entry.Sha256, out var embedding))
            {
                answers[entry.ImageId] = _model.Probabilities(embedding.ToArray(), 1);
            }
            else
            {
                unseen.Add(entry);
            }
        }
        onAnswered(answers.Count);
        foreach (var batch in unseen.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Look(batch, answers);
            onAnswered(batch.Length);
        }
        return answers;
    }

    public void Dispose() => _predictor?.Dispose();

    private void Look(DatasetEntry[] batch, Dictionary<long, float[]> answers)
    {
        _predictor ??= ModelPredictor.Open(_model.Folder, Math.Max(1, Environment.ProcessorCount / 2));
        var preprocessing = new ImagePreprocessing(Manifest.SidePx);
        var pixels = new float[batch.Length * preprocessing.Length];
        var read = new List<DatasetEntry>(batch.Length);
        foreach (var entry in batch)
        {
            var path = _blobs.PathOf(entry.Sha256, entry.Extension);
            if (File.Exists(path) && TryDecode(path, preprocessing, pixels.AsSpan(read.Count * preprocessing.Length, preprocessing.Length)))
            {
                read.Add(entry);
            }
        }
        if (read.Count == 0)
        {
            return;
        }
        var (classes, values) = (Manifest.Classes.Count, _predictor.Probabilities(pixels.AsMemory(0, read.Count * preprocessing.Length), read.Count));
        foreach (var (row, entry) in read.Index())
        {
            answers[entry.ImageId] = values[(row * classes)..((row + 1) * classes)];
        }
    }

    private static bool TryDecode(string path, ImagePreprocessing preprocessing, Span<float> pixels)
    {
        try
        {
            ImageDecoder.DecodeInto(path, preprocessing, pixels);
            return true;
        }
        catch (ImageRefusedException)
        {
            return false;
        }
    }
}
