using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Training;

/// <summary>Classes that the start model knows and that no training image shows, neither alone nor with others.</summary>
internal static class LostClasses
{
    /// <summary>Their indices; none where no old class is shown at all: then nothing is to be told apart.</summary>
    /// <param name="targets">Label of each training image.</param>
    /// <param name="oldClasses">The first so many labels are old.</param>
    /// <param name="combined">Which labels are combinations; null: none.</param>
    public static IReadOnlySet<int> Of(int[] targets, int oldClasses, CombinedRows? combined)
    {
        var shown = combined?.Shown(targets) ?? targets.ToHashSet();
        var old = Enumerable.Range(0, oldClasses).Where(label => combined?.IsCombination(label) != true).ToList();
        return old.Exists(shown.Contains) ? old.Where(index => !shown.Contains(index)).ToHashSet() : [];
    }
}
