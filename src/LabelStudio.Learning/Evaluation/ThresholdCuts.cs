namespace LabelStudio.Learning.Evaluation;

/// <summary>One class against all others over all thresholds: what its curves are counted from.</summary>
/// <param name="Index">Class index.</param>
/// <param name="Positives">Images of the class.</param>
/// <param name="Negatives">Images of other classes.</param>
/// <param name="Cuts">One for each probability that occurs, the threshold falling; empty where there is no image of the class.</param>
public sealed record ThresholdCuts(int Index, int Positives, int Negatives, IReadOnlyList<ThresholdCut> Cuts)
{
    /// <summary>The cuts of every class, by index. Thread-safe.</summary>
    /// <param name="targets">True class index of each image, [N].</param>
    /// <param name="probabilities">float32 [N, classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static IReadOnlyList<ThresholdCuts> OfAll(int[] targets, float[] probabilities, int classes)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(probabilities);
        if (probabilities.Length != targets.Length * classes)
        {
            throw new ArgumentException(
                $"{probabilities.Length} probabilities do not fit {targets.Length} images and {classes} classes.", nameof(probabilities));
        }

        return [.. Enumerable.Range(0, classes).Select(index =>
            Of(index, [.. targets.Select((target, image) => (probabilities[(image * classes) + index], target == index))]))];
    }

    /// <summary>The same where an image may have several classes.</summary>
    /// <param name="members">The classes of each label.</param>
    /// <param name="targets">True label of each image, [N].</param>
    /// <param name="marginals">Probability of each class, float32 [N, classes].</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static IReadOnlyList<ThresholdCuts> OfAll(LabelMembers members, int[] targets, float[] marginals)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(marginals);
        if (marginals.Length != targets.Length * members.Classes)
        {
            throw new ArgumentException(
                $"{marginals.Length} probabilities do not fit {targets.Length} images and {members.Classes} classes.", nameof(marginals));
        }

        return [.. Enumerable.Range(0, members.Classes).Select(index =>
            Of(index, [.. targets.Select((target, image) => (marginals[(image * members.Classes) + index], members.Has(target, index)))]))];
    }

    /// <summary>The lowest threshold at which at least this share of the images given the class are of it: it keeps most of them. Null: none does.</summary>
    public ThresholdCut? ForPrecision(double precision) =>
        Cuts.Where(cut => cut.Right >= precision * cut.Taken).Select(cut => (ThresholdCut?)cut).LastOrDefault();

    /// <summary>The threshold with the highest F1, 2·TP / (taken + images of the class), the highest of equals; null without images of the class.</summary>
    public ThresholdCut? ForF1() =>
        Cuts.Select(cut => (ThresholdCut?)cut).MaxBy(cut => 2.0 * cut!.Value.Right / (cut.Value.Taken + Positives));

    private static ThresholdCuts Of(int index, (float Score, bool IsOfClass)[] images)
    {
        var positives = images.Count(image => image.IsOfClass);
        return new(index, positives, images.Length - positives, positives == 0 ? [] : CutsOf(images));
    }

    private static List<ThresholdCut> CutsOf((float Score, bool IsOfClass)[] images)
    {
        var ranked = images.OrderByDescending(image => image.Score).ToArray();
        var (cuts, right) = (new List<ThresholdCut>(), 0);
        for (var rank = 0; rank < ranked.Length; rank++)
        {
            right += ranked[rank].IsOfClass ? 1 : 0;
            // Images of equal probability pass a threshold together.
            if (rank + 1 == ranked.Length || !ranked[rank + 1].Score.Equals(ranked[rank].Score))
            {
                cuts.Add(new(ranked[rank].Score, rank + 1, right));
            }
        }

        return cuts;
    }
}
