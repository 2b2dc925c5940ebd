using LabelStudio.Learning.Heads;
using LabelStudio.Pipeline.Features;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// The labels in the sums of a live head, and how they get in and out. An image's label is whatever was set last, so the
/// same change told twice does no harm. Not thread-safe: one owner.
/// </summary>
internal sealed class LearnedLabels(EmbeddingStore store)
{
    private const int RowsPerBlock = 512;
    private readonly Dictionary<long, (Guid ClassId, string Sha256)> _learned = [];
    private readonly Dictionary<long, (Guid ClassId, string Sha256)> _waiting = [];

    public StreamingLdaHead Sums { get; } = new(store.EmbeddingSize);

    public int Count => _learned.Count;

    public IEnumerable<(long ImageId, Guid ClassId, string Sha256)> All =>
        _learned.Select(pair => (pair.Key, pair.Value.ClassId, pair.Value.Sha256));

    /// <summary>Gives an image a label to learn from, or takes it out (null).</summary>
    /// <returns>True when the sums changed.</returns>
    public bool Set(long imageId, string sha256, Guid? classId)
    {
        _waiting.Remove(imageId);
        if (_learned.TryGetValue(imageId, out var before) && before.ClassId == classId)
        {
            return false;
        }
        if (!store.TryGet(sha256, out var embedding))
        {
            if (classId is { } wanted)
            {
                _waiting[imageId] = (wanted, sha256);
            }
            return false;
        }
        return Replace(imageId, sha256, before.Sha256 is null ? null : before.ClassId, classId, embedding.Span);
    }

    /// <summary>Learns many labels of images that are not learned yet, in blocks.</summary>
    public void AddRange(IReadOnlyList<(long ImageId, Guid ClassId, string Sha256)> labels)
    {
        var embeddings = new float[RowsPerBlock * store.EmbeddingSize];
        var classIds = new List<Guid>(RowsPerBlock);
        foreach (var (imageId, classId, sha256) in labels)
        {
            if (!store.TryGet(sha256, out var embedding))
            {
                _waiting[imageId] = (classId, sha256);
                continue;
            }
            embedding.Span.CopyTo(embeddings.AsSpan(classIds.Count * store.EmbeddingSize));
            classIds.Add(classId);
            _learned[imageId] = (classId, sha256);
            if (classIds.Count == RowsPerBlock)
            {
                Flush();
            }
        }
        Flush();

        void Flush()
        {
            if (classIds.Count > 0)
            {
                Sums.AddRange(classIds.ToArray(), embeddings.AsSpan(0, classIds.Count * store.EmbeddingSize));
                classIds.Clear();
            }
        }
    }

    /// <summary>Learns labels whose embedding has come meanwhile.</summary>
    /// <returns>True when the sums changed.</returns>
    public bool LearnWaiting()
    {
        var ready = _waiting.Where(pair => store.Contains(pair.Value.Sha256))
            .Select(pair => (pair.Key, pair.Value.ClassId, pair.Value.Sha256)).ToList();
        foreach (var (imageId, _, _) in ready)
        {
            _waiting.Remove(imageId);
        }
        AddRange(ready);
        return ready.Count > 0;
    }

    private bool Replace(long imageId, string sha256, Guid? before, Guid? after, ReadOnlySpan<float> embedding)
    {
        switch (before, after)
        {
            case (null, { } to):
                Sums.Add(to, embedding);
                _learned[imageId] = (to, sha256);
                return true;
            case ({ } from, { } to):
                Sums.Relabel(from, to, embedding);
                _learned[imageId] = (to, sha256);
                return true;
            case ({ } from, null):
                Sums.Remove(from, embedding);
                _learned.Remove(imageId);
                return true;
            default:
                return false;
        }
    }
}
