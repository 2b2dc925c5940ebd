using System.Collections.Concurrent;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Inference;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// The models that are loaded to answer. A model is loaded once for all callers, and one that has fallen out of use is
/// closed only after its last call, so a promotion under load fails no call. Thread-safe.
/// </summary>
public sealed class ActiveModels(StudioPaths paths, BackboneRegistry backbones) : IDisposable
{
    private const int MostLoaded = 4;
    private readonly ConcurrentDictionary<Guid, Lazy<Task<LoadedModel>>> _models = new();
    private readonly ConcurrentDictionary<Guid, long> _lastUse = new();
    private long _uses;

    /// <summary>Loads a model before it is asked, so that the first caller does not wait.</summary>
    public async Task WarmUpAsync(Guid modelVersionId, CancellationToken cancellationToken)
    {
        using var rented = await RentAsync(modelVersionId, cancellationToken);
    }

    public void Dispose()
    {
        foreach (var modelVersionId in _models.Keys)
        {
            Unload(modelVersionId);
        }
    }

    internal async Task<RentedModel> RentAsync(Guid modelVersionId, CancellationToken cancellationToken)
    {
        while (true)
        {
            _lastUse[modelVersionId] = Interlocked.Increment(ref _uses);
            var entry = _models.GetOrAdd(modelVersionId, id => new Lazy<Task<LoadedModel>>(() => LoadAsync(id)));
            LoadedModel model;
            try
            {
                model = await entry.Value.WaitAsync(cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // Not remembered: its files may be put back.
                _models.TryRemove(new(modelVersionId, entry));
                throw;
            }
            if (model.TryUse())
            {
                UnloadSurplus();
                return new RentedModel(model);
            }
            // It fell out of the list between the two lines: load it again.
            _models.TryRemove(new(modelVersionId, entry));
        }
    }

    private Task<LoadedModel> LoadAsync(Guid modelVersionId) => Task.Run(() =>
    {
        var threads = Math.Max(1, Environment.ProcessorCount / 2);
        var folder = paths.ModelFolder(modelVersionId);
        return new LoadedModel(ModelPredictor.Open(folder, threads), () => ClassActivation.Open(backbones, folder, threads));
    });

    private void UnloadSurplus()
    {
        while (_models.Count > MostLoaded)
        {
            Unload(_models.Keys.MinBy(id => _lastUse.GetValueOrDefault(id)));
        }
    }

    private void Unload(Guid modelVersionId)
    {
        if (_models.TryRemove(modelVersionId, out var entry) && entry.IsValueCreated)
        {
            _ = entry.Value.ContinueWith(
                async loading => (await loading).Release(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }
}
