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

        return [.. Enumerable.Range(0, classes).Select(index => Of(index, targets, probabilities, classes))];
    }

    private static ThresholdCuts Of(int index, int[] targets, float[] probabilities, int classes)
    {
        var positives = targets.Count(target => target == index);
        return new(index, positives, targets.Length - positives, positives == 0 ? [] : CutsOf(index, targets, probabilities, classes));
    }

    private static List<ThresholdCut> CutsOf(int index, int[] targets, float[] probabilities, int classes)
    {
        var ranked = targets.Select((target, image) => (Score: probabilities[(image * classes) + index], IsOfClass: target == index)).OrderByDescending(image => image.Score).ToArray();
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
