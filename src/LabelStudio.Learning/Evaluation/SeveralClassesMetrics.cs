namespace LabelStudio.Learning.Evaluation;

/// <summary>What a model achieves on held-out images that may show several classes at once, or none. Shares are 0 to 1.</summary>
/// <remarks>
/// Two questions are asked of a model, and each has its own best answer (Dembczyński and others 2012, "On label dependence and
/// loss minimization in multi-label classification"): which set of classes an image shows is answered by the most probable
/// label, which is best for the exact match; whether it shows one class is answered by that class's own probability from a
/// half on, which is best for the Hamming loss. With Y an image's classes, Z those that it is called, L all classes and N images:
/// exact match = 1/N Σ [Y = Z]; Jaccard = 1/N Σ |Y ∩ Z| / |Y ∪ Z| (Godbole and Sarawagi 2004, "Discriminative methods for
/// multi-labeled classification"); Hamming loss = 1/N Σ |Y Δ Z| / |L|, micro-F1 = 2·ΣTP / (2·ΣTP + ΣFP + ΣFN) over all
/// classes (Tsoumakas and Vlahavas 2007, "Random k-labelsets: an ensemble method for multilabel classification").
/// </remarks>
/// <param name="Count">Images.</param>
/// <param name="ExactMatch">Share of images whose most probable label has exactly their classes (subset accuracy).</param>
/// <param name="ExactMatchLow">Lower end of Wilson's 95 % interval of the exact match.</param>
/// <param name="ExactMatchHigh">Upper end of Wilson's 95 % interval of the exact match.</param>
/// <param name="MeanJaccard">Mean over images of common classes by all classes, given or called; 1 where there is none of either.</param>
/// <param name="HammingLoss">Share of wrong answers over all images and classes; 0 is best.</param>
/// <param name="Classes">Figures of each class, by index.</param>
public sealed record SeveralClassesMetrics(
    int Count,
    double ExactMatch,
    double ExactMatchLow,
    double ExactMatchHigh,
    double MeanJaccard,
    double HammingLoss,
    IReadOnlyList<YesNoMetrics> Classes)
{
    /// <summary>Mean F1 over the classes that have images.</summary>
    public double MacroF1 => Mean(item => item.F1);

    /// <summary>Mean precision over the classes that have images.</summary>
    public double MacroPrecision => Mean(item => item.Precision);

    /// <summary>Mean recall over the classes that have images.</summary>
    public double MacroRecall => Mean(item => item.Recall);

    /// <summary>Mean average precision over the classes that have images.</summary>
    public double MeanAveragePrecision => Mean(item => item.AveragePrecision ?? 0);

    /// <summary>F1 over the answers of all classes together: each class counts by its images.</summary>
    public double MicroF1
    {
        get
        {
            var right = Classes.Sum(item => item.RightYes);
            return YesNoMetrics.Share(2 * right, (2 * right) + Classes.Sum(item => item.WrongYes + item.Missed));
        }
    }

    private double Mean(Func<YesNoMetrics, double> figure) => Classes.Where(item => item.Support > 0).Select(figure).DefaultIfEmpty().Average();
}
