using System.Text.Json.Serialization;

namespace LabelStudio.Learning.Evaluation;

/// <summary>What a model achieves on held-out images. All shares are 0 to 1.</summary>
/// <param name="Count">Images.</param>
/// <param name="Accuracy">Share of right predictions.</param>
/// <param name="AccuracyLow">Lower end of Wilson's 95 % interval of the accuracy.</param>
/// <param name="AccuracyHigh">Upper end of Wilson's 95 % interval of the accuracy.</param>
/// <param name="BalancedAccuracy">Mean recall over the classes that have images.</param>
/// <param name="MacroF1">Mean F1 over the classes that have images.</param>
/// <param name="Top5Accuracy">Share of images whose class is among the five most probable.</param>
/// <param name="ExpectedCalibrationError">Mean gap of confidence and accuracy over 10 equally wide bins of confidence.</param>
/// <param name="LogLoss">Mean negative log of the true class's probability, nats.</param>
/// <param name="Classes">Figures of each class, by index.</param>
/// <param name="Confusion">Counts, rows true, columns predicted.</param>
public sealed record EvaluationMetrics(
    int Count,
    double Accuracy,
    double AccuracyLow,
    double AccuracyHigh,
    double BalancedAccuracy,
    double MacroF1,
    double Top5Accuracy,
    double ExpectedCalibrationError,
    double LogLoss,
    IReadOnlyList<ClassMetrics> Classes,
    int[][] Confusion)
{
    private const int MostTop = 5;

    /// <summary>Share of images whose class is among the <see cref="TopCount"/> most probable; null in figures of older versions of the program.</summary>
    public double? TopAccuracy { get; init; }

    /// <summary>How many of the most probable classes say something of a model: 5, of few classes less than all of them; null with one or two.</summary>
    public int? TopCount => TopCountOf(Classes.Count);

    /// <summary>Mean precision over the classes that have images.</summary>
    [JsonIgnore]
    public double MacroPrecision => Classes.Where(item => item.Support > 0).Select(item => item.Precision).DefaultIfEmpty().Average();

    /// <summary>Mean precision over the classes, each counting by its images.</summary>
    [JsonIgnore]
    public double WeightedPrecision => Weighted(item => item.Precision);

    /// <summary>Mean recall over the classes, each counting by its images: the accuracy.</summary>
    [JsonIgnore]
    public double WeightedRecall => Weighted(item => item.Recall);

    /// <summary>Mean F1 over the classes, each counting by its images.</summary>
    [JsonIgnore]
    public double WeightedF1 => Weighted(item => item.F1);

    internal static int? TopCountOf(int classes) => classes switch
    {
        > MostTop => MostTop,
        5 => 3,
        3 or 4 => 2,
        _ => null,
    };

    private double Weighted(Func<ClassMetrics, double> figure) => Count == 0 ? 0 : Classes.Sum(item => figure(item) * item.Support) / Count;
}
