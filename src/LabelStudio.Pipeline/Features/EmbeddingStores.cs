using System.Collections.Concurrent;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Features;

/// <summary>The open embedding stores, one for each key, and which of them the program's images are kept in.</summary>
public sealed class EmbeddingStores(StudioPaths paths) : IDisposable
{
    private readonly Dictionary<EmbeddingKey, EmbeddingStore> _stores = [];
    private readonly ConcurrentDictionary<Guid, (EmbeddingStore Store, bool HasLearned)> _serving = new();
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<EmbeddingStore> _pretrained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The store of the pretrained backbone; null until it is opened.</summary>
    public EmbeddingStore? Pretrained { get; private set; }

    /// <summary>Waits until the store of the pretrained backbone is open.</summary>
    public Task<EmbeddingStore> PretrainedAsync(CancellationToken cancellationToken) => _pretrained.Task.WaitAsync(cancellationToken);

    /// <summary>The store that suggestions and searches of a project use; null until it is opened. Changes when another backbone takes over.</summary>
    public EmbeddingStore? ServingOf(Guid projectId) => _serving.GetValueOrDefault(projectId).Store ?? Pretrained;

    /// <summary>
    /// The store of a backbone that has learned no label of the project: what judges labels. A backbone that was fine-tuned on
    /// them puts a wrongly labelled image where its label says. Null until it is opened; a store that is being filled lacks some images.
    /// </summary>
    public EmbeddingStore? ImpartialOf(Guid projectId) => _serving.GetValueOrDefault(projectId) is { Store: { } store, HasLearned: false } ? store : Pretrained;

    /// <summary>The store of a key, opened when it is not. Reads all of it the first time.</summary>
    public EmbeddingStore Open(EmbeddingKey key, int embeddingSize)
    {
        lock (_gate)
        {
            if (!_stores.TryGetValue(key, out var store))
            {
                _stores[key] = store = EmbeddingStore.Open(paths.Embeddings, key, embeddingSize);
            }
            return store;
        }
    }

    /// <summary>The store of a key if it is open; null: nothing is kept under that key.</summary>
    public EmbeddingStore? Find(EmbeddingKey key)
    {
        lock (_gate)
        {
            return _stores.GetValueOrDefault(key);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var store in _stores.Values)
            {
                store.Dispose();
            }
            _stores.Clear();
        }
    }

    internal EmbeddingStore OpenPretrained(IEmbedder embedder)
    {
        var store = Open(embedder.Key, embedder.EmbeddingSize);
        PretrainedIsOpen(store);
        return store;
    }

    internal void PretrainedIsOpen(EmbeddingStore store)
    {
        Pretrained = store;
        _pretrained.TrySetResult(store);
    }

    /// <param name="hasLearned">Whether its backbone was fine-tuned on labels of the project.</param>
    internal void Serve(Guid projectId, EmbeddingStore store, bool hasLearned) => _serving[projectId] = (store, hasLearned);

    /// <summary>Closes the file of a store that nobody adds to any more. Whoever still reads it may go on.</summary>
    internal void Close(EmbeddingKey key)
    {
        lock (_gate)
        {
            if (_stores.Remove(key, out var store))
            {
                store.Dispose();
            }
        }
    }
}
