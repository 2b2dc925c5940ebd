namespace LabelStudio.Learning.Training;

/// <summary>The readable pictures of one split with their computed features. Owns its cache.</summary>
internal sealed class FineTuneImages : IDisposable
{
    private const int ViewsAtOnce = 32;
    private readonly FeatureCache _cache;
    private readonly FrozenStages _stages;
    private readonly int _views;
    private int[] _items;
    private float[] _teacher = [];

    private FineTuneImages(FeatureCache cache, FrozenStages stages, int[] items, int[] targets, int views) =>
        (_cache, _stages, _items, Targets, _views) = (cache, stages, items, targets, views);

    /// <summary>Class index of each readable picture.</summary>
    internal int[] Targets { get; private set; }

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

    /// <summary>Leaves all rows out but these.</summary>
    internal void Keep(int[] rows) => (_items, Targets) = ([.. rows.Select(row => _items[row])], [.. rows.Select(row => Targets[row])]);

    /// <summary>Computes once what the start model says about every view of every picture, on its first classes.</summary>
    internal void Teach(FineTuneNetwork start, int oldClasses, CancellationToken stop)
    {
        _teacher = new float[Targets.Length * _views * oldClasses];
        foreach (var views in Enumerable.Range(0, Targets.Length * _views).Chunk(ViewsAtOnce))
        {
            stop.ThrowIfCancellationRequested();
            var logits = start.Logits(Features(views), views.Length);
            var classes = logits.Length / views.Length;
            for (var i = 0; i < views.Length; i++)
            {
                logits.AsSpan(i * classes, oldClasses).CopyTo(_teacher.AsSpan(views[i] * oldClasses));
            }
        }
    }

    /// <summary>Some rows, each in a view chosen by <paramref name="random"/>; the plain one for null.</summary>
    internal FineTuneBatch Read(ReadOnlySpan<int> rows, Random? random)
    {
        var views = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            views[i] = rows[i] * _views + (random?.Next(_views) ?? 0);
        }
        var old = _teacher.Length / Math.Max(1, Targets.Length * _views);
        return new(
            Features(views),
            Array.ConvertAll(rows.ToArray(), row => (long)Targets[row]),
            [.. views.SelectMany(view => new ArraySegment<float>(_teacher, view * old, old))]);
    }

    public void Dispose() => _cache.Dispose();

    /// <summary>Features of views, view v of row r being r · views + v.</summary>
    private float[] Features(int[] views)
    {
        var length = _stages.FeatureLength;
        var features = new float[views.Length * length];
        for (var i = 0; i < views.Length; i++)
        {
            _cache.Read(_items[views[i] / _views] * _views + views[i] % _views, features.AsSpan(i * length, length));
        }
        return features;
    }
}
