namespace LabelStudio.Benchmarks.Data;

/// <summary>Exact match before and after a class joins, and how many old rows growth itself changed (none should be): right after growth, after the training, and of a training on everything at once.</summary>
internal sealed record CombinationGrowth(
    int ChangedRows, double OldBefore, double OldGrown, double OldAfter, double OldJoint, double NewGrown, double NewAfter, double NewJoint);
