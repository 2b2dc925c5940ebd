namespace LabelStudio.Learning.Agreement;

/// <summary>How far all annotators agree beyond chance.</summary>
/// <param name="Images">Images with at least two annotators.</param>
/// <param name="Agreement">Mean over these images of the share of pairs of annotators that gave the same class, 0 to 1; null without such images.</param>
/// <param name="FleissKappa">Fleiss' kappa; null unless every image has the same number of labels, at least two, and two classes were used.</param>
/// <param name="KrippendorffAlpha">Krippendorff's alpha for nominal labels, missing labels included; null without pairs or when one class alone was used.</param>
/// <param name="Pairs">Every pair of annotators with common images.</param>
public sealed record AnnotatorAgreement(
    int Images, double? Agreement, double? FleissKappa, double? KrippendorffAlpha, IReadOnlyList<PairAgreement> Pairs)
{
    /// <summary>Computes all measures. Thread-safe.</summary>
    /// <param name="labels">Class index by annotator and image, null where the annotator gave none; all rows equally long.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">The rows have different lengths.</exception>
    public static AnnotatorAgreement Of(int?[][] labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Any(row => row.Length != labels[0].Length))
        {
            throw new ArgumentException("Every annotator needs a place for every image: the rows have different lengths.", nameof(labels));
        }

        var votes = CountVotes(labels, classes);
        var shared = votes.Where(counts => counts.Sum() > 1).ToArray();
        return new(
            shared.Length,
            shared.Length == 0 ? null : shared.Average(PairsAgreed),
            Fleiss(votes),
            Krippendorff(shared),
            [.. Pair(labels, classes).Where(pair => pair.Images > 0)]);
    }

    private static IEnumerable<PairAgreement> Pair(int?[][] labels, int classes) =>
        from first in Enumerable.Range(0, labels.Length)
        from second in Enumerable.Range(first + 1, labels.Length - first - 1)
        select PairAgreement.Of(labels, first, second, classes);

    private static int[][] CountVotes(int?[][] labels, int classes)
    {
        var votes = new int[labels.Length == 0 ? 0 : labels[0].Length][];
        for (var image = 0; image < votes.Length; image++)
        {
            votes[image] = new int[classes];
            foreach (var row in labels)
            {
                if (row[image] is { } index)
                {
                    votes[image][index]++;
                }
            }
        }

        return votes;
    }

    private static double PairsAgreed(int[] counts)
    {
        double total = counts.Sum();
        return counts.Sum(count => count * (count - 1.0)) / (total * (total - 1));
    }

    /// <summary>Source: Fleiss 1971, "Measuring nominal scale agreement among many raters".</summary>
    private static double? Fleiss(int[][] votes)
    {
        if (votes.Length == 0 || votes[0].Sum() < 2 || votes.Any(counts => counts.Sum() != votes[0].Sum()))
        {
            return null;
        }

        double total = votes.Length * votes[0].Sum();
        var expected = Enumerable.Range(0, votes[0].Length).Sum(index => Math.Pow(votes.Sum(counts => counts[index]) / total, 2));
        return expected >= 1 ? null : (votes.Average(PairsAgreed) - expected) / (1 - expected);
    }

    /// <summary>Source: Krippendorff 2011, "Computing Krippendorff's alpha-reliability", nominal data with missing values.</summary>
    private static double? Krippendorff(int[][] shared)
    {
        if (shared.Length == 0)
        {
            return null;
        }

        var byClass = Enumerable.Range(0, shared[0].Length).Select(index => shared.Sum(counts => (double)counts[index])).ToArray();
        var total = byClass.Sum();
        // Labels of an image weigh as one over the others it could be paired with.
        var observed = shared.Sum(counts => counts.Sum() * (1 - PairsAgreed(counts))) / total;
        var expected = 1 - (byClass.Sum(count => count * (count - 1)) / (total * (total - 1)));
        return expected <= 0 ? null : 1 - (observed / expected);
    }
}
