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

    public static LabellingAdvice For(ClassDefinition item, int trainLabels, EvaluationReport? report)
    {
        ArgumentNullException.ThrowIfNull(item);
        var (testImages, recall, takenFor) = Tested(item.Id, report);
        var (more, reason) =
            trainLabels < LeastLabels ? (RoundUp(LeastLabels - trainLabels), $"Only {Images(trainLabels)} to learn from.")
            : report is null ? (0, "No model has been trained yet that could show where it fails.")
            : testImages == 0 && !report.Classes.Any(known => known.Id == item.Id) ? (0, "The model does not know this class yet: train again.")
            : recall is null ? (0, $"Only {Images(testImages)} in the test split: too few to say how well it is known.")
            : recall >= RecallAim ? (0, $"{Percent(recall.Value)} of its test images are found.")
            : (ToReachAim(trainLabels, recall.Value), Missed(recall.Value, takenFor));
        return new(item.Id, item.Name, trainLabels, testImages, recall, more, takenFor, reason);
    }

    private static (int TestImages, double? Recall, string? TakenFor) Tested(Guid classId, EvaluationReport? report)
    {
        var index = report?.Classes.ToList().FindIndex(known => known.Id == classId) ?? -1;
        if (report?.Metrics is not { } metrics || index < 0)
        {
            return (0, null, null);
        }

        var row = metrics.Confusion[index];
        var missedAs = Enumerable.Range(0, row.Length).Where(other => other != index && row[other] > 0).OrderByDescending(other => row[other]).ToArray();
        var support = metrics.Classes[index].Support;
        return (
            support,
            support < LeastTestImages ? null : metrics.Classes[index].Recall,
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
