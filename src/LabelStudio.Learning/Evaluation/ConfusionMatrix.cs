namespace LabelStudio.Learning.Evaluation;

/// <summary>
/// Counts of true class against predicted class: rows true, columns predicted. The source of accuracy, precision, recall
/// and F1. Not thread-safe while images are added.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly int[][] _counts;

    /// <summary>An empty matrix.</summary>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        _counts = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
    }

    /// <summary>Number of classes.</summary>
    public int Classes => _counts.Length;

    /// <summary>Images counted.</summary>
    public int Count { get; private set; }

    /// <summary>Images that were predicted rightly.</summary>
    public int Right => Enumerable.Range(0, Classes).Sum(index => _counts[index][index]);

    /// <summary>Share of right predictions, 0 to 1; 0 without images.</summary>
    public double Accuracy => Share(Right, Count);

    /// <summary>Images of a true class that were predicted as another.</summary>
    public int this[int target, int predicted] => _counts[target][predicted];

    /// <summary>Counts one image.</summary>
    /// <exception cref="IndexOutOfRangeException">An index is outside.</exception>
    public void Add(int target, int predicted)
    {
        _counts[target][predicted]++;
        Count++;
    }

    /// <summary>Precision, recall, F1 and support of each class, by index.</summary>
    public IReadOnlyList<ClassMetrics> PerClass() => [.. Enumerable.Range(0, Classes).Select(OfClass)];

    /// <summary>A copy of the counts, rows true.</summary>
    public int[][] ToRows() => [.. _counts.Select(row => (int[])row.Clone())];

    /// <summary>
    /// Mean F1 over some classes, on the images of these classes alone: so models compare that do not know the same classes.
    /// Predictions of any other class are misses. 0 when none of them has images.
    /// </summary>
    /// <param name="rows">Counts, rows true, columns predicted.</param>
    /// <param name="classes">Indices of the classes.</param>
    public static double MacroF1(IReadOnlyList<int[]> rows, IReadOnlyCollection<int> classes)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(classes);
        return classes.Where(index => rows[index].Sum() > 0)
            .Select(index => Share(2 * rows[index][index], rows[index].Sum() + classes.Sum(other => rows[other][index])))
            .DefaultIfEmpty().Average();
    }

    private ClassMetrics OfClass(int index)
    {
        var right = _counts[index][index];
        var support = _counts[index].Sum();
        var predicted = _counts.Sum(row => row[index]);
        // 2·TP / (2·TP + FP + FN), which is defined whenever the class occurs at all.
        return new ClassMetrics(index, Share(right, predicted), Share(right, support), Share(2 * right, support + predicted), support);
    }

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
