using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Promotion;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>What thresholds do to test images: of <paramref name="Count"/>, how many get an answer and how many of these are right.</summary>
public sealed record ThresholdOutcome(int Count, int Answered, int Right)
{
    /// <summary>Share of images that get an answer at all.</summary>
    public double Coverage => Count == 0 ? 0 : (double)Answered / Count;

    /// <summary>Share of the answers that are right; null when there is none.</summary>
    public double? Accuracy => Answered == 0 ? null : (double)Right / Answered;

    /// <summary>Share of all images that get the right answer.</summary>
    public double Found => Count == 0 ? 0 : (double)Right / Count;

    public static ThresholdOutcome Of(IReadOnlyList<TestPrediction> predictions, AnswerThresholds thresholds)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(thresholds);
        return Of(predictions.Count, predictions.Where(item => thresholds.Accept(item.Predicted, item.Probability)));
    }

    /// <summary>One class: counted are its images, answered those that are called it, rightly or not.</summary>
    public static ThresholdOutcome OfClass(Guid classId, IReadOnlyList<TestPrediction> predictions, AnswerThresholds thresholds)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(thresholds);
        return Of(
            predictions.Count(item => item.Target == classId),
            predictions.Where(item => item.Predicted == classId && thresholds.Accept(classId, item.Probability)));
    }

    private static ThresholdOutcome Of(int count, IEnumerable<TestPrediction> answered)
    {
        var all = answered.ToList();
        return new(count, all.Count, all.Count(item => item.Predicted == item.Target));
    }
}
