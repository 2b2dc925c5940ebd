using System.Globalization;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Review;

/// <summary>
/// How many labels a class should get next: first as many as a head can learn from, then as many as its test errors ask
/// for. Errors are taken to fall with the square root of the labels: on photographs of clothing and of rubbish they fell a
/// little slower (50 to 500 labels), on hand signs faster. So at most twice the labels there are is asked for at a time.
/// </summary>
internal static class AdviceRule
{
    /// <summary>Below this a class's mean still moves with every label.</summary>
    public const int LeastLabels = 20;

    /// <summary>Below this number of test images a share says nothing.</summary>
    public const int LeastTestImages = 5;

    private const double RecallAim = 0.9;
    private const int Step = 5;

    /// <param name="labelIds">The labels that show the class: itself, and the combinations that have it; null: itself.</param>
    public static LabellingAdvice For(ClassDefinition item, int trainLabels, EvaluationReport? report, IReadOnlySet<Guid>? labelIds = null)
    {
        ArgumentNullException.ThrowIfNull(item);
        labelIds ??= new HashSet<Guid> { item.Id };
        var (testImages, recall, takenFor) = Tested(labelIds, report);
        var (more, reason) =
            trainLabels < LeastLabels ? (RoundUp(LeastLabels - trainLabels), $"Only {Images(trainLabels)} to learn from.")
            : report is null ? (0, "No model has been trained yet that could show where it fails.")
            : testImages == 0 && !report.Classes.Any(known => labelIds.Contains(known.Id)) ? (0, "The model does not know this class yet: train again.")
            : recall is null ? (0, $"Only {Images(testImages)} in the test split: too few to say how well it is known.")
            : recall >= RecallAim ? (0, $"{Percent(recall.Value)} of its test images are found.")
            : (ToReachAim(trainLabels, recall.Value), Missed(recall.Value, takenFor));
        return new(item.Id, item.Name, trainLabels, testImages, recall, more, takenFor, reason);
    }

    /// <summary>An image of the class is found where any label that shows the class is answered.</summary>
    private static (int TestImages, double? Recall, string? TakenFor) Tested(IReadOnlySet<Guid> labelIds, EvaluationReport? report)
    {
        int[] rows = [.. (report?.Classes ?? []).Index().Where(known => labelIds.Contains(known.Item.Id)).Select(known => known.Index)];
        if (report?.Metrics is not { } metrics || rows.Length == 0)
        {
            return (0, null, null);
        }

        var answers = Enumerable.Range(0, report.Classes.Count).Select(answer => rows.Sum(row => metrics.Confusion[row][answer])).ToArray();
        var missedAs = Enumerable.Range(0, answers.Length).Where(other => !rows.Contains(other) && answers[other] > 0).OrderByDescending(other => answers[other]).ToArray();
        var support = rows.Sum(row => metrics.Classes[row].Support);
        return (
            support,
            support < LeastTestImages ? null : (double)rows.Sum(row => answers[row]) / support,
            missedAs.Length == 0 ? null : report.Classes[missedAs[0]].Name);
    }

    /// <summary>Errors e at n labels: the aim's error a is reached at n · (e / a)².</summary>
    private static int ToReachAim(int trainLabels, double recall)
    {
        var needed = trainLabels * Math.Pow((1 - recall) / (1 - RecallAim), 2);
        return RoundUp(Math.Clamp(needed - trainLabels, Step, 2.0 * trainLabels));
    }

    private static int RoundUp(double count) => (int)Math.Ceiling(count / Step) * Step;

    private static string Missed(double recall, string? takenFor) =>
        $"{Percent(1 - recall)} of its test images are missed{(takenFor is null ? "." : $", most of them taken for {takenFor}.")}";

    private static string Images(int count) => count == 1 ? "1 image" : $"{count.ToString(CultureInfo.InvariantCulture)} images";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");
}
