using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Memory;

namespace LabelStudio.Learning.Training;

/// <summary>The training rows that a run with a rehearsal memory shows: all of new classes, exemplars of old ones.</summary>
internal static class Rehearsal
{
    /// <summary>Rows in ascending order. Repeatable: they depend on the plan, the targets and the embeddings only.</summary>
    /// <param name="plan">Says which memory, its budget and the seed.</param>
    /// <param name="targets">Class index of each training image.</param>
    /// <param name="oldClasses">The first so many classes are old.</param>
    /// <param name="embed">Raw embeddings of some rows, float32 [rows, size]; called once a class.</param>
    /// <param name="embeddingSize">Numbers in one embedding.</param>
    /// <param name="isPinned">Rows that are kept in any case, even if they are more than the budget.</param>
    /// <param name="combined">Which labels are combinations, which share the budget of their classes; null: none.</param>
    public static int[] Rows(
        TrainingPlan plan, int[] targets, int oldClasses, Func<int[], float[]> embed, int embeddingSize, Func<int, bool> isPinned, CombinedRows? combined = null)
    {
        var rows = Enumerable.Range(0, targets.Length);
        var budgets = combined?.Shares(plan.ExemplarsPerClass, targets.Where(target => target < oldClasses).CountBy(target => target).ToDictionary());
        return [.. rows.Where(row => targets[row] >= oldClasses).Concat(rows
            .Where(row => targets[row] < oldClasses)
            .GroupBy(row => targets[row])
            .SelectMany(OfClass)).Order()];

        int[] OfClass(IGrouping<int, int> group)
        {
            var budget = budgets?[group.Key] ?? plan.ExemplarsPerClass;
            if (group.Count() <= budget)
            {
                return [.. group];
            }
            int[] pinned = [.. group.Where(isPinned)], others = [.. group.Except(pinned)];
            var chosen = pinned.Length >= budget ? [] : ExemplarMemory.Choose(
                plan.Rehearsal, embed(others), embeddingSize, budget - pinned.Length, new Random(unchecked((plan.Seed * 16_777_619) + group.Key)));
            return [.. pinned, .. chosen.Select(index => others[index])];
        }
    }

    /// <summary>True when the plan leaves old images out.</summary>
    public static bool Limits(TrainingPlan plan, int oldClasses) => plan.Rehearsal != RehearsalMemory.All && oldClasses > 0;
}
