namespace LabelStudio.Learning.Duplicates;

/// <summary>Joins numbers into sets.</summary>
internal sealed class UnionFind(int count)
{
    private readonly int[] _parents = [.. Enumerable.Range(0, count)];

    public void Join(int first, int second)
    {
        var (one, other) = (RootOf(first), RootOf(second));
        // The smaller number leads, so that the sets do not depend on the order of joining.
        _parents[Math.Max(one, other)] = Math.Min(one, other);
    }

    /// <summary>The sets of two or more, members ascending, ordered by their first member.</summary>
    public IReadOnlyList<int[]> Sets() =>
        [.. Enumerable.Range(0, _parents.Length).GroupBy(RootOf).Where(set => set.Skip(1).Any()).Select(set => set.ToArray())];

    private int RootOf(int number)
    {
        while (_parents[number] != number)
        {
            _parents[number] = _parents[_parents[number]];
            number = _parents[number];
        }

        return number;
    }
}
