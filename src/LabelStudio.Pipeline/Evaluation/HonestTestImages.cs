using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>The test images of a dataset version that a model can honestly be asked about, and why others are left out.</summary>
internal sealed class HonestTestImages
{
    private const int MostNames = 20;

    private readonly TargetClasses _targets;
    private readonly int _learnt;
    private readonly IReadOnlyList<string> _unknown;
    private readonly int _unknownCount;

    private HonestTestImages(IReadOnlyList<DatasetEntry> entries, TargetClasses targets, int learnt, IReadOnlyList<string> unknown, int unknownCount) =>
        (Entries, _targets, _learnt, _unknown, _unknownCount) = (entries, targets, learnt, unknown, unknownCount);

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<DatasetEntry> Entries { get; }

    /// <param name="dataset">The version.</param>
    /// <param name="targets">The model's classes.</param>
    /// <param name="learnt">Content hashes of images that a model has learnt from.</param>
    public static HonestTestImages Choose(DatasetManifest dataset, TargetClasses targets, IReadOnlySet<string> learnt)
    {
        var test = dataset.Entries.Where(entry => entry.Split == Split.Test).OrderBy(entry => entry.ImageId).ToList();
        var unseen = test.FindAll(entry => !learnt.Contains(entry.Sha256));
        var known = unseen.FindAll(entry => targets.IndexOf(entry.ClassId) >= 0);
        var unknown = unseen.Select(entry => entry.ClassId).Distinct().Where(id => targets.IndexOf(id) < 0).ToHashSet();
        return new(
            known, targets, test.Count - unseen.Count, [.. dataset.Classes.Where(item => unknown.Contains(item.Id)).Select(item => item.Name)], unseen.Count - known.Count);
    }

    public int TargetOf(DatasetEntry entry) => _targets.IndexOf(entry.ClassId);

    /// <summary>One sentence for each reason.</summary>
    public IReadOnlyList<string> LeftOut(int unreadable)
    {
        List<string> reasons = [];
        if (_learnt > 0)
        {
            reasons.Add($"{Images(_learnt)} left out: a model was trained or chosen on them before they came to the test split.");
        }
        if (_unknownCount > 0)
        {
            reasons.Add($"{Images(_unknownCount)} left out: the model does not know {Named(_unknown)}.");
        }
        if (unreadable > 0)
        {
            reasons.Add($"{Images(unreadable)} left out: the picture was deleted since, or cannot be read.");
        }
        return reasons;
    }

    /// <summary>There may be a hundred combinations of classes.</summary>
    private static string Named(IReadOnlyList<string> names) => names.Count <= MostNames ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MostNames))} and {names.Count - MostNames} more";

    private static string Images(int count) => count == 1 ? "1 test image is" : $"{count} test images are";
}
