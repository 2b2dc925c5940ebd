namespace LabelStudio.Learning.Evaluation;

/// <summary>Coverage and accuracy over the confidence from which a model's answers are taken. Immutable.</summary>
public sealed class ThresholdTable
{
    private const int Steps = 100;
    private readonly Answer[] _bestFirst;
    private readonly int[] _support;

    private ThresholdTable(Answer[] bestFirst, int[] support)
    {
        (_bestFirst, _support) = (bestFirst, support);
        Rows = [.. Enumerable.Range(0, Steps).Select(step => At(step / (double)Steps))];
    }

    /// <summary>The thresholds 0.00, 0.01, ... 0.99.</summary>
    public IReadOnlyList<ThresholdRow> Rows { get; }

    /// <summary>Makes the table. Thread-safe.</summary>
    /// <param name="targets">True class index of each image, [N].</param>
    /// <param name="probabilities">float32 [N, classes], each row summing to 1.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static ThresholdTable Of(int[] targets, float[] probabilities, int classes)
    {
        var answers = Answer.All(targets, probabilities, classes).OrderByDescending(answer => answer.Confidence).ToArray();
        return new(answers, [.. Enumerable.Range(0, classes).Select(index => targets.Count(target => target == index))]);
    }

    /// <summary>What is answered at or above one threshold.</summary>
    public ThresholdRow At(double threshold)
    {
        var taken = _bestFirst.TakeWhile(answer => answer.Confidence >= threshold).ToArray();
        var right = taken.Count(answer => answer.IsRight);
        return new(
            threshold,
            taken.Length,
            right,
            _bestFirst.Length == 0 ? 0 : taken.Length / (double)_bestFirst.Length,
            taken.Length == 0 ? null : right / (double)taken.Length);
    }

    /// <summary>The row that answers most images with at least this accuracy, or null when no threshold reaches it.</summary>
    public ThresholdRow? ForAccuracy(double accuracy)
    {
        var best = LastCut(_bestFirst, accuracy);
        return best is null ? null : At(best.Value.Threshold);
    }

    /// <summary>For each class the threshold that keeps most of it with at least this precision.</summary>
    public IReadOnlyList<ClassThreshold> PerClass(double precision) =>
        [.. _support.Select((support, index) => OfClass(index, support, precision))];

    private ClassThreshold OfClass(int index, int support, double precision)
    {
        var cut = LastCut([.. _bestFirst.Where(answer => answer.Predicted == index)], precision);
        return cut is { } found
            ? new(index, found.Threshold, found.Right / (double)found.Taken, support == 0 ? 0 : found.Right / (double)support)
            : new(index, null, 0, 0);
    }

    private static (double Threshold, int Taken, int Right)? LastCut(Answer[] bestFirst, double share)
    {
        (double, int, int)? best = null;
        var right = 0;
        for (var rank = 0; rank < bestFirst.Length; rank++)
        {
            right += bestFirst[rank].IsRight ? 1 : 0;
            // Answers of equal confidence pass a threshold together.
            var isCut = rank + 1 == bestFirst.Length || bestFirst[rank + 1].Confidence < bestFirst[rank].Confidence;
            if (isCut && right >= share * (rank + 1))
            {
                best = (bestFirst[rank].Confidence, rank + 1, right);
            }
        }

        return best;
    }
}
