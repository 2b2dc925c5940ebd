using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>The readable pictures of one split with their computed features. Owns its cache.</summary>
internal sealed class FineTuneImages : IDisposable
{
    private const int ViewsAtOnce = 32;
    private readonly FeatureCache _cache;
    private readonly FrozenStages _stages;
    private readonly int _views;
    private readonly bool _isPinned;
    private readonly Tensor?[] _buffers = new Tensor?[2];
    private int _next;
    private int[] _items;
    private float[] _teacher = [];

    private FineTuneImages(FeatureCache cache, FrozenStages stages, int[] items, int[] targets, int views, bool isPinned) =>
        (_cache, _stages, _items, Targets, _views, _isPinned) = (cache, stages, items, targets, views, isPinned);

    /// <summary>Class index of each readable picture.</summary>
    internal int[] Targets { get; private set; }

    /// <summary>Place of each readable picture among all that were given.</summary>
    internal IReadOnlyList<int> Places => _items;

    /// <summary>Computes the features of all pictures.</summary>
    /// <param name="path">Cache file; deleted in the end.</param>
    /// <param name="stages">What computes them; borrowed.</param>
    /// <param name="images">The pictures.</param>
    /// <param name="views">Views of each.</param>
    /// <param name="isPinned">Whether batches lie in pinned memory, from which a GPU fetches them by itself.</param>
    /// <param name="done">Told how many pictures are done.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    internal static FineTuneImages Prepare(
        string path, FrozenStages stages, IReadOnlyList<LabelledImage> images, int views, bool isPinned, Action<int> done, CancellationToken stop)
    {
        var cache = new FeatureCache(path, images.Count * views, stages.FeatureLength);
        try
        {
            var readable = stages.Fill(cache, images, views, done, stop);
            int[] items = [.. Enumerable.Range(0, images.Count).Where(item => readable[item])];
            return new(cache, stages, items, [.. items.Select(item => images[item].Target)], views, isPinned);
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
            using var features = NextBuffer(views.Length);
            Fill(features, views);
            var logits = start.Logits(features);
            var classes = logits.Length / views.Length;
            for (var i = 0; i < views.Length; i++)
            {
                logits.AsSpan(i * classes, oldClasses).CopyTo(_teacher.AsSpan(views[i] * oldClasses));
            }
        }
    }

    /// <summary>
    /// Some rows, each in a view chosen by <paramref name="random"/>; the plain one for null. The features are there once
    /// Fill has run, on whatever thread.
    /// </summary>
    /// <returns>A batch that belongs to the caller. Only two may be in use at once: the third lies where the first was.</returns>
    internal (FineTuneBatch Batch, Action Fill) Choose(ReadOnlySpan<int> rows, Random? random)
    {
        var views = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            views[i] = rows[i] * _views + (random?.Next(_views) ?? 0);
        }
        var old = _teacher.Length / Math.Max(1, Targets.Length * _views);
        var features = NextBuffer(views.Length);
        var batch = new FineTuneBatch(
            features,
            Array.ConvertAll(rows.ToArray(), row => (long)Targets[row]),
            [.. views.SelectMany(view => new ArraySegment<float>(_teacher, view * old, old))]);
        return (batch, () => Fill(features, views));
    }

    /// <summary>The plain view of some rows, with its features.</summary>
    internal FineTuneBatch Read(ReadOnlySpan<int> rows)
    {
        var (batch, fill) = Choose(rows, random: null);
        fill();
        return batch;
    }

    public void Dispose()
    {
        _cache.Dispose();
        foreach (var buffer in _buffers)
        {
            buffer?.Dispose();
        }
    }

    /// <summary>Features of views, view v of row r being r · views + v.</summary>
    private void Fill(Tensor features, int[] views)
    {
        for (var i = 0; i < views.Length; i++)
        {
            // By row: a large batch has more bytes than a span can show.
            using var row = features.narrow(0, i, 1);
            _cache.Read(_items[views[i] / _views] * _views + views[i] % _views, MemoryMarshal.Cast<byte, float>(row.bytes));
        }
    }

    /// <summary>Room for some pictures: one of two in turn, so that one can be filled while the other is trained on.</summary>
    private Tensor NextBuffer(int count)
    {
        _next = 1 - _next;
        if (_buffers[_next] is not { } buffer || buffer.shape[0] < count)
        {
            _buffers[_next]?.Dispose();
            using var pageable = zeros([count, .. _stages.FeatureShape]);
            _buffers[_next] = buffer = _isPinned ? pageable.pin_memory() : pageable.alias();
            // It outlives whatever the caller computes in.
            buffer.DetachFromDisposeScope();
        }
        return buffer.narrow(0, 0, count);
    }
}
