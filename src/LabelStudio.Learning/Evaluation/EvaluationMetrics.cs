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
    int[][] Confusion);
