namespace LabelStudio.Learning.Evaluation;

/// <summary>How rightly a model says of each image whether it shows one class, alone or with others. Shares are 0 to 1.</summary>
/// <param name="Index">Class index.</param>
/// <param name="RightYes">Images of the class that are called so (true positives).</param>
/// <param name="WrongYes">Other images that are called so (false positives).</param>
/// <param name="Missed">Images of the class that are not called so (false negatives).</param>
/// <param name="RightNo">Other images that are not called so (true negatives).</param>
/// <param name="AveragePrecision">Over all thresholds, as <see cref="PrecisionRecallCurve"/> counts; null without images of the class.</param>
public sealed record YesNoMetrics(int Index, int RightYes, int WrongYes, int Missed, int RightNo, double? AveragePrecision)
{
    /// <summary>Images of the class.</summary>
    public int Support => RightYes + Missed;

    /// <summary>Of the images called so, the share that are: TP / (TP + FP); 0 where none is.</summary>
    public double Precision => Share(RightYes, RightYes + WrongYes);

    /// <summary>Of the images of the class, the share that is found: TP / (TP + FN); 0 without images.</summary>
    public double Recall => Share(RightYes, Support);

    /// <summary>2·TP / (2·TP + FP + FN), which is defined whenever the class occurs at all.</summary>
    public double F1 => Share(2 * RightYes, (2 * RightYes) + WrongYes + Missed);

    internal static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
