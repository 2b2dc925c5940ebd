namespace LabelStudio.Pipeline.Serving;

/// <summary>An order by groups of alike images: costly, so found anew only when many more images have come.</summary>
internal sealed class GroupedOrder(int groups, Func<Func<int, ReadOnlyMemory<float>>, int, int, int, CancellationToken, int[]> find)
{
    private const int Seed = 1;
    private long[] _order = [];
    private int _foundAmong;

    /// <returns>Ids, some perhaps no longer among the items.</returns>
    public IReadOnlyList<long> Of(List<UnlabelledImage> items, CancellationToken stop)
    {
        if (items.Count > _foundAmong * 3 / 2)
        {
            _order = [.. find(row => items[row].Embedding, items.Count, groups, Seed, stop).Select(row => items[row].Id)];
            _foundAmong = items.Count;
        }
        return _order;
    }
}
