using LabelStudio.Pipeline.Evaluation;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>How far a model's stated certainty can be believed. Shares of 1.</summary>
public static class Calibration
{
    /// <summary>Bins of equally many images, least certain first, so that no bin is empty or rests on a handful.</summary>
    public static IReadOnlyList<CalibrationBin> Bins(IReadOnlyList<TestPrediction> predictions, int most)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var sorted = predictions.OrderBy(prediction => prediction.Probability).ToList();
        var bins = Math.Clamp(sorted.Count / 8, 1, most);
        return
        [
            .. Enumerable.Range(0, bins)
                .Select(bin => sorted[(bin * sorted.Count / bins)..((bin + 1) * sorted.Count / bins)])
                .Where(part => part.Count > 0)
                .Select(part => new CalibrationBin(part.Average(p => p.Probability), part.Average(p => p.Predicted == p.Target ? 1.0 : 0.0), part.Count)),
        ];
    }

    /// <summary>What remains when answers below a certainty are taken as "unknown".</summary>
    public static ThresholdOutcome AtThreshold(IReadOnlyList<TestPrediction> predictions, double threshold)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var answered = predictions.Count(prediction => prediction.Probability >= threshold);
        var right = predictions.Count(prediction => prediction.Probability >= threshold && prediction.Predicted == prediction.Target);
        return new ThresholdOutcome(predictions.Count, answered, right);
    }

    /// <summary>Wrong answers, the most certain first.</summary>
    public static IReadOnlyList<TestPrediction> WorstErrors(IReadOnlyList<TestPrediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return [.. predictions.Where(prediction => prediction.Predicted != prediction.Target).OrderByDescending(prediction => prediction.Probability)];
    }
}
