namespace LabelStudio.Web.Components.Shared;

/// <summary>The arithmetic of a confusion matrix on the screen. Rows true, columns predicted.</summary>
public sealed class MatrixLayout
{
    private readonly IReadOnlyList<string> _names;
    private readonly int[][] _counts;
    private readonly int[] _rowSums;
    private readonly int[] _columnSums;

    public MatrixLayout(IReadOnlyList<string> names, int[][] counts)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(counts);
        _names = names;
        _counts = counts;
        _rowSums = [.. counts.Select(row => row.Sum())];
        _columnSums = [.. Enumerable.Range(0, names.Count).Select(column => counts.Sum(row => row[column]))];
    }

    public int Size => _names.Count;

    public int Count(MatrixCell cell) => _counts[cell.True][cell.Predicted];

    public int RowSum(int index) => _rowSums[index];

    /// <summary>How strong the cell is coloured, 0 to 1: its share of the row, or of the column in that mode.</summary>
    public double Share(MatrixCell cell, MatrixMode mode)
    {
        var sum = mode == MatrixMode.ColumnShare ? _columnSums[cell.Predicted] : _rowSums[cell.True];
        return sum == 0 ? 0 : (double)Count(cell) / sum;
    }

    public string Text(MatrixCell cell, MatrixMode mode) => (Count(cell), mode) switch
    {
        (0, _) => "",
        (var count, MatrixMode.Counts) => Figures.Count(count),
        _ => Math.Round(Share(cell, mode) * 100).ToString(System.Globalization.CultureInfo.CurrentCulture),
    };

    public IReadOnlyList<int> Order(MatrixOrder order) => order switch
    {
        MatrixOrder.Name => [.. Enumerable.Range(0, Size).OrderBy(i => _names[i], StringComparer.CurrentCultureIgnoreCase)],
        MatrixOrder.Confusion => ByConfusion(),
        MatrixOrder.MostErrors => [.. Enumerable.Range(0, Size).OrderByDescending(Errors)],
        _ => [.. Enumerable.Range(0, Size)],
    };

    /// <summary>
    /// The classes whose name holds the text, each with the classes it is confused with most: a table small enough to read
    /// however many classes there are.
    /// </summary>
    public IReadOnlyList<int> Around(string text, IReadOnlyList<int> order, int most)
    {
        ArgumentNullException.ThrowIfNull(order);
        var found = order.Where(i => _names[i].Contains(text, StringComparison.CurrentCultureIgnoreCase)).Take(most).ToList();
        var partners = Enumerable.Range(0, Size)
            .Except(found)
            .Select(i => (Index: i, Errors: found.Sum(f => _counts[f][i] + _counts[i][f])))
            .Where(partner => partner.Errors > 0)
            .OrderByDescending(partner => partner.Errors)
            .Take(most - found.Count)
            .Select(partner => partner.Index);
        var shown = found.Concat(partners).ToHashSet();
        return [.. order.Where(shown.Contains)];
    }

    /// <summary>The wrong cells with the most images, largest first.</summary>
    public IReadOnlyList<MatrixCell> TopConfusions(int most)
    {
        var wrong =
            from row in Enumerable.Range(0, Size)
            from column in Enumerable.Range(0, Size)
            where row != column && _counts[row][column] > 0
            orderby _counts[row][column] descending, row, column
            select new MatrixCell(row, column);
        return [.. wrong.Take(most)];
    }

    /// <summary>
    /// The strongest pairs are joined first, each group staying a row of neighbours; groups that nothing joins follow each
    /// other, the one with the most errors first.
    /// </summary>
    private List<int> ByConfusion()
    {
        var groups = Enumerable.Range(0, Size).Select(i => new List<int> { i }).ToArray();
        var pairs =
            from row in Enumerable.Range(0, Size)
            from column in Enumerable.Range(row + 1, Size - row - 1)
            let strength = Share(new(row, column), MatrixMode.RowShare) + Share(new(column, row), MatrixMode.RowShare)
            where strength > 0
            orderby strength descending, row, column
            select (row, column);
        foreach (var (one, other) in pairs)
        {
            var (left, right) = (groups[one], groups[other]);
            if (left == right)
            {
                continue;
            }

            // Turned so that the two of the pair come as near to each other as their groups allow.
            if (left.IndexOf(one) < left.Count / 2)
            {
                left.Reverse();
            }

            if (right.IndexOf(other) >= (right.Count + 1) / 2)
            {
                right.Reverse();
            }

            left.AddRange(right);
            right.ForEach(member => groups[member] = left);
        }

        return [.. groups.Distinct().OrderByDescending(group => group.Sum(Errors)).SelectMany(group => group)];
    }

    private int Errors(int index) => _rowSums[index] + _columnSums[index] - (2 * _counts[index][index]);
}
