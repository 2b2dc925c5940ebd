using System.Text.Json;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Tests.Evaluation;

/// <summary>Golden/metrics.json holds values by scikit-learn and statsmodels on seeded logits.</summary>
public sealed class GoldenMetricsTests
{
    /// <summary>The golden values stand on 64-bit probabilities, ours are 32-bit.</summary>
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Cases => [.. Read().Select(golden => golden.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_GoldenLogits_GivesScikitLearnsFigures(string name)
    {
        var golden = Read().Single(item => item.GetProperty("name").GetString() == name);
        var (targets, logits, classes) = Inputs(golden);
        TemperatureScaling.Softmax(logits, classes, targets.Length, 1);

        var metrics = ModelEvaluation.Compute(targets, logits, classes);

        Assert.Equal(golden.GetProperty("accuracy").GetDouble(), metrics.Accuracy, Tolerance);
        Assert.Equal(Numbers(golden, "accuracy_wilson_95"), [metrics.AccuracyLow, metrics.AccuracyHigh], Close);
        Assert.Equal(golden.GetProperty("balanced_accuracy").GetDouble(), metrics.BalancedAccuracy, Tolerance);
        Assert.Equal(golden.GetProperty("macro_f1_classes_in_truth").GetDouble(), metrics.MacroF1, Tolerance);
        Assert.Equal(golden.GetProperty("ece_10_equal_width").GetDouble(), metrics.ExpectedCalibrationError, Tolerance);
        Assert.Equal(golden.GetProperty("log_loss").GetDouble(), metrics.LogLoss, Tolerance);
        Assert.Equal(golden.GetProperty("top2_accuracy").GetDouble(), ModelEvaluation.TopAccuracy(targets, logits, classes, 2), Tolerance);
        Assert.Equal(golden.GetProperty("weighted_f1").GetDouble(), metrics.WeightedF1, Tolerance);
        Assert.Equal(metrics.Accuracy, metrics.WeightedRecall, Tolerance);
        // Few classes: as many of the most probable as say something.
        Assert.Equal(metrics.TopCount is { } top ? ModelEvaluation.TopAccuracy(targets, logits, classes, top) : (double?)null, metrics.TopAccuracy);
        Assert.Equal(Numbers(golden, "precision"), metrics.Classes.Select(item => item.Precision), Close);
        Assert.Equal(Numbers(golden, "recall"), metrics.Classes.Select(item => item.Recall), Close);
        Assert.Equal(Numbers(golden, "f1"), metrics.Classes.Select(item => item.F1), Close);
        Assert.Equal(Numbers(golden, "support"), metrics.Classes.Select(item => (double)item.Support), Close);
        Assert.Equal(
            golden.GetProperty("confusion_rows_true").EnumerateArray().Select(row => row.EnumerateArray().Select(cell => cell.GetInt32())),
            metrics.Confusion);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TemperatureFit_GoldenLogits_GivesTheBestTemperature(string name)
    {
        var golden = Read().Single(item => item.GetProperty("name").GetString() == name);
        var (targets, logits, classes) = Inputs(golden);

        var temperature = TemperatureScaling.Fit(logits, classes, targets);

        if (golden.GetProperty("temperature").ValueKind == JsonValueKind.Null)
        {
            // The best temperature lies at 0 or at infinity: ours is bounded.
            Assert.InRange(temperature, TemperatureScaling.Lowest, TemperatureScaling.Highest);
            return;
        }

        Assert.Equal(golden.GetProperty("temperature").GetDouble(), temperature, 1e-4);
        TemperatureScaling.Softmax(logits, classes, targets.Length, temperature);
        Assert.Equal(
            golden.GetProperty("log_loss_after_temperature").GetDouble(), ModelEvaluation.Compute(targets, logits, classes).LogLoss, Tolerance);
    }

    private static bool Close(double left, double right) => Math.Abs(left - right) <= Tolerance;

    private static (int[] Targets, float[] Logits, int Classes) Inputs(JsonElement golden) => (
        [.. golden.GetProperty("truth").EnumerateArray().Select(item => item.GetInt32())],
        [.. golden.GetProperty("logits").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(item => item.GetSingle())],
        golden.GetProperty("classes").GetInt32());

    private static double[] Numbers(JsonElement golden, string property) =>
        [.. golden.GetProperty(property).EnumerateArray().Select(item => item.GetDouble())];

    private static List<JsonElement> Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "metrics.json")));
        return [.. document.RootElement.GetProperty("cases").Clone().EnumerateArray()];
    }
}
