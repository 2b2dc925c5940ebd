using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Training;

/// <summary>
/// The order in which an epoch shows the training images. Class-balanced: every class with images is drawn equally often, its
/// images in turn, none a second time before all were seen once; where some labels are combinations of classes, images come as
/// they are. Repeatable: it depends on the seed and the epoch only.
/// </summary>
internal sealed class ImageDraws
{
    private readonly int[][] _rowsByClass;
    private readonly int _count;
    private readonly int _seed;

    public ImageDraws(int[] targets, bool classBalanced, int seed, CombinedRows? combined = null)
    {
        (_count, _seed) = (targets.Length, seed);
        var rows = Enumerable.Range(0, targets.Length);
        // Most combinations are rare, and as many turns of each would show little else; a class comes with all of them anyway.
        _rowsByClass = classBalanced && combined is null
            ? [.. rows.GroupBy(row => targets[row]).OrderBy(group => group.Key).Select(group => group.ToArray())]
            : [[.. rows]];
    }

    /// <summary>As many rows as there are images.</summary>
    public int[] OfEpoch(int epoch)
    {
        var random = new Random(HashCode(_seed, epoch));
        var order = new int[_count];
        var turns = Enumerable.Range(0, _rowsByClass.Length).ToArray();
        var queues = _rowsByClass.Select(rows => new Turns(rows, random)).ToArray();
        for (var position = 0; position < _count; position++)
        {
            var turn = position % turns.Length;
            if (turn == 0)
            {
                random.Shuffle(turns);
            }

            order[position] = queues[turns[turn]].Next();
        }

        return order;
    }

    /// <summary>Unlike System.HashCode the same in every process.</summary>
    private static int HashCode(int seed, int epoch) => unchecked((seed * 486_187_739) + (epoch * 16_777_619));

    private sealed class Turns(int[] rows, Random random)
    {
        private readonly int[] _rows = [.. rows];
        private int _next = rows.Length;

        public int Next()
        {
            if (_next == _rows.Length)
            {
                random.Shuffle(_rows);
                _next = 0;
            }

            return _rows[_next++];
        }
    }
}
