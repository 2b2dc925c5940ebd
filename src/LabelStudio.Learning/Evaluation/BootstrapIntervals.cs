namespace LabelStudio.Learning.Evaluation;

/// <summary>
/// 95 % intervals of the figures that are no share of images, so that no formula gives them: means over classes, and F1.
/// Test images are drawn anew with replacement, as many as there are, and the figures computed on each such draw; the
/// interval is from the 2.5th to the 97.5th percentile. An image counts only by its true and its predicted class, so the
/// confusion matrix is all that is needed. A class that a draw has no image of takes no part in it, as in the figures.
/// Equal matrices give equal intervals.
/// </summary>
/// <remarks>
/// Source: the percentile interval of Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 13. Accuracy and
/// top-k are shares of images: for these <see cref="WilsonInterval"/> is honest at 0 and 100 % too, where a draw is not.
/// </remarks>
public sealed record BootstrapIntervals
{
    /// <summary>Enough for the ends of a 95 % interval to lie still.</summary>
    private const int MostDraws = 1000;

    /// <summary>As few as still tell the ends, where there are so many images that chance hardly moves them.</summary>
    private const int FewestDraws = 300;

    /// <summary>Images drawn in all: some tenths of a second.</summary>
    private const int MostDrawnImages = 30_000_000;

    private const double LowShare = 0.025, HighShare = 0.975;
    private const ulong Seed = 0x5EED;

    /// <summary>Of the mean F1 over the classes.</summary>
    public required ConfidenceInterval MacroF1 { get; init; }

    /// <summary>Of the mean precision over the classes.</summary>
    public required ConfidenceInterval MacroPrecision { get; init; }

    /// <summary>Of the mean recall over the classes, which is the balanced accuracy.</summary>
    public required ConfidenceInterval MacroRecall { get; init; }

    /// <summary>Of each class's F1, by index; null for a class without images.</summary>
    public required IReadOnlyList<ConfidenceInterval?> ClassF1 { get; init; }

    /// <summary>Computes the intervals, for 100,000 images of 200 classes within a second.</summary>
    /// <param name="confusion">Counts, rows true, columns predicted, [classes][classes].</param>
    /// <returns>The intervals; null without images.</returns>
    public static BootstrapIntervals? Of(IReadOnlyList<int[]> confusion)
    {
        ArgumentNullException.ThrowIfNull(confusion);
        var (targets, predicted) = Images(confusion);
        if (targets.Length == 0)
        {
            return null;
        }
        var draws = Math.Clamp(MostDrawnImages / targets.Length, FewestDraws, MostDraws);
        var classes = confusion.Count;
        var (f1, precision, recall) = (new double[draws], new double[draws], new double[draws]);
        var classF1 = Enumerable.Range(0, classes).Select(_ => new List<double>()).ToArray();
        var (right, support, called) = (new int[classes], new int[classes], new int[classes]);
        var state = Seed;
        for (var draw = 0; draw < draws; draw++)
        {
            Array.Clear(right);
            Array.Clear(support);
            Array.Clear(called);
            for (var image = 0; image < targets.Length; image++)
            {
                var drawn = Next(ref state, targets.Length);
                var (target, said) = (targets[drawn], predicted[drawn]);
                support[target]++;
                called[said]++;
                right[target] += target == said ? 1 : 0;
            }
            var present = 0;
            for (var index = 0; index < classes; index++)
            {
                if (support[index] > 0)
                {
                    var own = 2.0 * right[index] / (support[index] + called[index]);
                    classF1[index].Add(own);
                    f1[draw] += own;
                    precision[draw] += called[index] == 0 ? 0 : (double)right[index] / called[index];
                    recall[draw] += (double)right[index] / support[index];
                    present++;
                }
            }
            (f1[draw], precision[draw], recall[draw]) = (f1[draw] / present, precision[draw] / present, recall[draw] / present);
        }
        return new BootstrapIntervals
        {
            MacroF1 = Percentiles(f1),
            MacroPrecision = Percentiles(precision),
            MacroRecall = Percentiles(recall),
            ClassF1 = [.. classF1.Select(values => values.Count == 0 ? (ConfidenceInterval?)null : Percentiles([.. values]))],
        };
    }

    private static (int[] Targets, int[] Predicted) Images(IReadOnlyList<int[]> confusion)
    {
        var count = confusion.Sum(row => row.Sum());
        var (targets, predicted, at) = (new int[count], new int[count], 0);
        for (var target = 0; target < confusion.Count; target++)
        {
            for (var said = 0; said < confusion[target].Length; said++)
            {
                var cell = confusion[target][said];
                targets.AsSpan(at, cell).Fill(target);
                predicted.AsSpan(at, cell).Fill(said);
                at += cell;
            }
        }
        return (targets, predicted);
    }

    private static ConfidenceInterval Percentiles(double[] values)
    {
        Array.Sort(values);
        return new(At(LowShare), At(HighShare));

        double At(double share) => values[(int)Math.Round(share * (values.Length - 1))];
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every machine and runtime, in two nanoseconds.</summary>
    private static int Next(ref ulong state, int below)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)Math.BigMul(mixed ^ (mixed >> 31), (ulong)below, out _);
    }
}
