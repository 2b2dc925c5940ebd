using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Benchmarks.Data;

/// <summary>How well labels that are sets of classes are told.</summary>
/// <param name="Labels">The classes of each label.</param>
/// <param name="Classes">How many classes there are.</param>
/// <param name="Targets">Label of each test image, [N].</param>
/// <param name="Probabilities">float32 [N, labels]</param>
/// <param name="LabelsOf">The labels of a part of the study.</param>
internal sealed record CombinationScores(int[][] Labels, int Classes, int[] Targets, float[] Probabilities, Func<string, HashSet<int>> LabelsOf)
{
    /// <summary>Share of the images of some labels whose label is told exactly.</summary>
    public double ExactMatch(string part) => ExactMatch(LabelsOf(part).Contains);

    /// <summary>Share of the images of some labels whose label is told exactly.</summary>
    public double ExactMatch(Func<int, bool> isMeant)
    {
        int[] rows = [.. Enumerable.Range(0, Targets.Length).Where(row => isMeant(Targets[row]))];
        return (double)rows.Count(row => ModelEvaluation.Predicted(Probabilities.AsSpan(row * Labels.Length, Labels.Length)) == Targets[row]) / rows.Length;
    }

    /// <summary>The same of the labels of some parts, where no other label may be said.</summary>
    public double ExactMatchAmong(params string[] parts)
    {
        int[] labels = [.. parts.SelectMany(LabelsOf)];
        int[] rows = [.. Enumerable.Range(0, Targets.Length).Where(row => labels.Contains(Targets[row]))];
        return (double)rows.Count(row => labels.MaxBy(label => Probabilities[(row * Labels.Length) + label]) == Targets[row]) / rows.Length;
    }

    /// <summary>Mean F1 of the classes: one is said to be shown where the labels that contain it are more likely than the others.</summary>
    public double MacroF1() => Enumerable.Range(0, Classes).Average(index =>
    {
        var (both, said, shown) = (0, 0, 0);
        for (var row = 0; row < Targets.Length; row++)
        {
            var isSaid = Labels.Index().Where(item => item.Item.Contains(index)).Sum(item => (double)Probabilities[(row * Labels.Length) + item.Index]) > 0.5;
            var isShown = Labels[Targets[row]].Contains(index);
            (both, said, shown) = (both + (isSaid && isShown ? 1 : 0), said + (isSaid ? 1 : 0), shown + (isShown ? 1 : 0));
        }

        return 2.0 * both / Math.Max(1, said + shown);
    });
}
