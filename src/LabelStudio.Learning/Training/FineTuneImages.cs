namespace LabelStudio.Learning.Training;

/// <summary>The readable pictures of one split with their computed features. Owns its cache.</summary>
internal sealed class FineTuneImages : IDisposable
{
    private readonly FeatureCache _cache;
    private readonly FrozenStages _stages;
    private readonly int[] _items;
    private readonly int _views;

    private FineTuneImages(FeatureCache cache, FrozenStages stages, int[] items, int[] targets, int views) =>
        (_cache, _stages, _items, Targets, _views) = (cache, stages, items, targets, views);

    /// <summary>Class index of each readable picture.</summary>
    internal int[] Targets { get; }

    /// <summary>Computes the features of all pictures.</summary>
    /// <param name="path">Cache file; deleted in the end.</param>
    /// <param name="stages">What computes them; borrowed.</param>
    /// <param name="images">The pictures.</param>
    /// <param name="views">Views of each.</param>
    /// <param name="done">Told how many pictures are done.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    internal static FineTuneImages Prepare(
        string path, FrozenStages stages, IReadOnlyList<LabelledImage> images, int views, Action<int> done, CancellationToken stop)
    {
        var cache = new FeatureCache(path, images.Count * views, stages.FeatureLength);
        try
        {
            var readable = stages.Fill(cache, images, views, done, stop);
            int[] items = [.. Enumerable.Range(0, images.Count).Where(item => readable[item])];
            return new(cache, stages, items, [.. items.Select(item => images[item].Target)], views);
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }

    /// <summary>Features of some rows, float32 [rows, C, H, W], each in a view chosen by <paramref name="random"/>; the plain one for null.</summary>
    internal float[] Read(ReadOnlySpan<int> rows, Random? random)
    {
        var length = _stages.FeatureLength;
        var features = new float[rows.Length * length];
        for (var i = 0; i < rows.Length; i++)
        {
            var view = random?.Next(_views) ?? 0;
            _cache.Read(_items[rows[i]] * _views + view, features.AsSpan(i * length, length));
        }
        return features;
    }

    public void Dispose() => _cache.Dispose();
}
