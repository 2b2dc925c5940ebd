using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>What thresholds of classes do to images that may show several: who passes is taken to be there.</summary>
/// <param name="Count">Images.</param>
/// <param name="Exact">Those whose passing classes are exactly the ones that they have.</param>
/// <param name="Classes">Yes and no of each class, by index.</param>
public sealed record ClassThresholdOutcome(int Count, int Exact, IReadOnlyList<YesNoMetrics> Classes)
{
    public double ExactMatch => Count == 0 ? 0 : (double)Exact / Count;

    /// <summary>Share of wrong answers over all images and classes.</summary>
    public double HammingLoss => Count == 0 || Classes.Count == 0 ? 0 : (double)Classes.Sum(item => item.WrongYes + item.Missed) / (Count * Classes.Count);

    public double MacroF1 => Classes.Where(item => item.Support > 0).Select(item => item.F1).DefaultIfEmpty().Average();

    /// <param name="members">The classes of each label.</param>
    /// <param name="targets">True label of each image.</param>
    /// <param name="marginals">float32 [N, classes].</param>
    /// <param name="thresholds">Of each class, by index.</param>
    public static ClassThresholdOutcome Of(LabelMembers members, int[] targets, float[] marginals, IReadOnlyList<double> thresholds)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(marginals);
        ArgumentNullException.ThrowIfNull(thresholds);
        var (rightYes, wrongYes, missed) = (new int[members.Classes], new int[members.Classes], new int[members.Classes]);
        var exact = 0;
        for (var row = 0; row < targets.Length; row++)
        {
            var isExact = true;
            for (var index = 0; index < members.Classes; index++)
            {
                var (isShown, isCalled) = (members.Has(targets[row], index), marginals[(row * members.Classes) + index] >= thresholds[index]);
                rightYes[index] += isShown && isCalled ? 1 : 0;
                wrongYes[index] += !isShown && isCalled ? 1 : 0;
                missed[index] += isShown && !isCalled ? 1 : 0;
                isExact &= isShown == isCalled;
            }

            exact += isExact ? 1 : 0;
        }

        return new(targets.Length, exact, [.. Enumerable.Range(0, members.Classes).Select(index => new YesNoMetrics(
            index, rightYes[index], wrongYes[index], missed[index], targets.Length - rightYes[index] - wrongYes[index] - missed[index], null))]);
    }
}
