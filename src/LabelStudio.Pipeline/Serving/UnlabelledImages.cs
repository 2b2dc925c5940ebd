using LabelStudio.Learning.Heads;
using LabelStudio.Learning.LabelOrder;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// The unlabelled images of a project and the order in which they teach most. Images held out for validation and test are
/// mixed in at random by their share: chosen by difficulty, they would make every model look worse than it is.
/// Not thread-safe: one owner.
/// </summary>
internal sealed class UnlabelledImages(EmbeddingStore store)
{
    /// <summary>So many images are chosen as the middles of groups before uncertainty takes over.</summary>
    public const int StartCentres = 20;

    private const int Spread = 100;
    private const int RowsPerBlock = 256;
    private const int Seed = 1;
    private readonly Dictionary<long, int> _positions = [];
    private readonly List<Item> _items = [];
    private long[] _start = [];
    private int _startedWith;

    public int Count => _items.Count;

    public void Add(LiveImage image)
    {
        if (_positions.TryAdd(image.Id, _items.Count))
        {
            _items.Add(new Item(image));
        }
    }

    /// <returns>True when it was there.</returns>
    public bool Remove(long imageId)
    {
        if (!_positions.Remove(imageId, out var position))
        {
            return false;
        }
        var last = _items[^1];
        _items[position] = last;
        _items.RemoveAt(_items.Count - 1);
        if (last.Image.Id != imageId)
        {
            _positions[last.Image.Id] = position;
        }
        return true;
    }

    /// <summary>All images, most useful first; those without embedding stand last.</summary>
    /// <param name="solution">The head's present solution; null while it knows nothing.</param>
    /// <param name="labelsLearned">Labels it learned from.</param>
    /// <param name="stop">Ends the work early.</param>
    public long[] Order(LdaSolution? solution, int labelsLearned, CancellationToken stop)
    {
        var (teaching, heldOut, blind) = (new List<Item>(_items.Count), new List<Item>(), new List<long>());
        foreach (var item in _items)
        {
            if (!item.Resolve(store))
            {
                blind.Add(item.Image.Id);
            }
            else
            {
                (item.Image.Split == Split.Train ? teaching : heldOut).Add(item);
            }
        }
        var first = labelsLearned < StartCentres ? Start(teaching, stop) : [];
        var rest = solution is { Classes.Count: > 1 } ? Uncertain(teaching, solution) : teaching.Select(item => item.Image.Id).Order();
        var taught = first.Concat(rest.Except(first)).ToArray();
        // A content hash is as good as a die, and the same after a restart.
        var mixed = Mix(taught, [.. heldOut.OrderBy(item => item.Image.Sha256, StringComparer.Ordinal).Select(item => item.Image.Id)]);
        blind.Sort();
        return [.. mixed, .. blind];
    }

    private static IEnumerable<long> Uncertain(List<Item> items, LdaSolution solution)
    {
        var margins = new float[items.Count];
        var classes = solution.Classes.Count;
        var blocks = (items.Count + RowsPerBlock - 1) / RowsPerBlock;
        Parallel.For(0, blocks, block =>
        {
            var (from, to) = (block * RowsPerBlock, Math.Min(items.Count, (block + 1) * RowsPerBlock));
            var logits = new float[classes];
            for (var row = from; row < to; row++)
            {
                solution.Logits(items[row].Embedding.Span, 1, logits);
                margins[row] = Margin(logits);
            }
        });
        return LabelOrdering.MostUncertain(margins, row => items[row].Embedding, Spread).Select(row => items[row].Image.Id);
    }

    private static float Margin(ReadOnlySpan<float> logits)
    {
        var (best, second) = (float.NegativeInfinity, float.NegativeInfinity);
        foreach (var logit in logits)
        {
            if (logit > best)
            {
                (best, second) = (logit, best);
            }
            else if (logit > second)
            {
                second = logit;
            }
        }
        return best - second;
    }

    /// <summary>Spreads the second list evenly over the first.</summary>
    private static long[] Mix(long[] main, long[] other)
    {
        var mixed = new long[main.Length + other.Length];
        for (int at = 0, taken = 0; at < mixed.Length; at++)
        {
            // The other list lags half a step, so that the most useful image of all stays first.
            var due = (long)other.Length * ((2L * at) + 1) / (2L * mixed.Length);
            mixed[at] = taken < due || at - taken >= main.Length ? other[taken++] : main[at - taken];
        }
        return mixed;
    }

    /// <summary>Images nearest to the middles of groups; found anew only when many more images have come.</summary>
    private long[] Start(List<Item> items, CancellationToken stop)
    {
        if (items.Count > _startedWith * 3 / 2)
        {
            _startedWith = items.Count;
            _start = [.. LabelOrdering.Diverse(row => items[row].Embedding, items.Count, StartCentres, Seed, stop).Select(row => items[row].Image.Id)];
        }
        return [.. _start.Where(_positions.ContainsKey)];
    }

    private sealed class Item(LiveImage image)
    {
        public LiveImage Image { get; } = image;

        public ReadOnlyMemory<float> Embedding { get; private set; }

        public bool Resolve(EmbeddingStore store)
        {
            if (Embedding.IsEmpty && store.TryGet(Image.Sha256, out var embedding))
            {
                Embedding = embedding;
            }
            return !Embedding.IsEmpty;
        }
    }
}
