namespace LabelStudio.Learning.Evaluation;

/// <summary>Figures of a model whose labels may stand for several classes, from its probabilities on held-out images. Pure and thread-safe.</summary>
public static class SeveralClassesEvaluation
{
    /// <summary>From which probability a class is taken to be there: more likely than not.</summary>
    public const double YesFrom = 0.5;

    /// <summary>Computes all figures.</summary>
    /// <param name="members">The classes of each label.</param>
    /// <param name="targets">True label of each image, [N].</param>
    /// <param name="probabilities">float32 [N, labels], each row with the sum 1.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a target is outside.</exception>
    public static SeveralClassesMetrics Compute(LabelMembers members, int[] targets, float[] probabilities)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(probabilities);
        if (probabilities.Length != targets.Length * members.Labels || targets.Any(target => target < 0 || target >= members.Labels))
        {
            throw new ArgumentException($"{targets.Length} targets and {probabilities.Length} probabilities do not fit {members.Labels} labels.", nameof(targets));
        }

        var (exact, jaccard) = Sets(members, targets, probabilities);
        var classes = PerClass(members, targets, members.Marginals(probabilities));
        var (low, high) = WilsonInterval.Of(exact, targets.Length);
        return new(
            targets.Length,
            YesNoMetrics.Share(exact, targets.Length),
            low,
            high,
            targets.Length == 0 ? 0 : jaccard / targets.Length,
            YesNoMetrics.Share(classes.Sum(item => item.WrongYes + item.Missed), targets.Length * members.Classes),
            classes);
    }

    private static (int Exact, double Jaccard) Sets(LabelMembers members, int[] targets, float[] probabilities)
    {
        var (exact, jaccard) = (0, 0.0);
        for (var row = 0; row < targets.Length; row++)
        {
            var given = members.Of(targets[row]);
            var called = members.Of(ModelEvaluation.Predicted(probabilities.AsSpan(row * members.Labels, members.Labels)));
            var common = given.Intersect(called).Count();
            var all = given.Count + called.Count - common;
            exact += common == all ? 1 : 0;
            jaccard += all == 0 ? 1 : (double)common / all;
        }

        return (exact, jaccard);
    }

    private static List<YesNoMetrics> PerClass(LabelMembers members, int[] targets, float[] marginals)
    {
        var classes = new List<YesNoMetrics>(members.Classes);
        foreach (var cuts in ThresholdCuts.OfAll(members, targets, marginals))
        {
            var (index, right, taken) = (cuts.Index, 0, 0);
            for (var row = 0; row < targets.Length; row++)
            {
                if (marginals[(row * members.Classes) + index] >= YesFrom)
                {
                    taken++;
                    right += members.Has(targets[row], index) ? 1 : 0;
                }
            }

            classes.Add(new(index, right, taken - right, cuts.Positives - right, cuts.Negatives - taken + right, PrecisionRecallCurve.Of(cuts).AveragePrecision));
        }

        return classes;
    }
}
