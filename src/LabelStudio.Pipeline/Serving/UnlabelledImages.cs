using LabelStudio.Learning.LabelOrder;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;

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

    /// <summary>Groups for the order that stays diverse: more than classes usually are, few enough to find within seconds.</summary>
    private const int Groups = 50;
    private readonly Dictionary<long, int> _positions = [];
    private readonly List<UnlabelledImage> _items = [];
    private readonly GroupedOrder _start = new(StartCentres, LabelOrdering.Diverse);
    private readonly GroupedOrder _groups = new(Groups, LabelOrdering.AllDiverse);

    public int Count => _items.Count;

    public void Add(LiveImage image)
    {
        if (_positions.TryAdd(image.Id, _items.Count))
        {
            _items.Add(new UnlabelledImage(image));
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

    /// <summary>For each wanted order all images, most useful first; those without embedding stand last.</summary>
    /// <param name="advisers">Who says what is uncertain.</param>
    /// <param name="labelled">Labels it learned from, by class.</param>
    /// <param name="wanted">The orders to compute.</param>
    /// <param name="stop">Ends the work early.</param>
    public IReadOnlyDictionary<QueueOrder, long[]> Orders(
        Advisers advisers, IReadOnlyDictionary<Guid, long> labelled, IReadOnlyList<QueueOrder> wanted, CancellationToken stop)
    {
        var (teaching, heldOut, blind) = (new List<UnlabelledImage>(_items.Count), new List<UnlabelledImage>(), new List<long>());
        foreach (var item in _items)
        {
            if (!item.Resolve(store))
            {
                blind.Add(item.Id);
            }
            else
            {
                (item.Image.Split == Split.Train ? teaching : heldOut).Add(item);
            }
        }
        blind.Sort();
        // A content hash is as good as a die, and the same after a restart.
        long[] judging = [.. heldOut.OrderBy(item => item.Image.Sha256, StringComparer.Ordinal).Select(item => item.Id)];
        var start = labelled.Values.Sum() < StartCentres ? _start.Of(teaching, stop).Where(_positions.ContainsKey).ToArray() : [];
        var orders = advisers.CanAdvise && wanted.Any(order => order != QueueOrder.Diverse)
            ? new TeachingOrders(teaching, advisers, labelled, wanted)
            : null;
        return wanted.ToDictionary(order => order, order => (long[])[.. MixedOrders.Interleave([.. Taught(order)], judging), .. blind]);

        IEnumerable<long> Taught(QueueOrder order) => order == QueueOrder.Diverse
            ? _groups.Of(teaching, stop).Where(_positions.ContainsKey).Union(teaching.Select(item => item.Id))
            : start.Concat((orders?.Of(order) ?? teaching.Select(item => item.Id).Order()).Except(start));
    }
}
