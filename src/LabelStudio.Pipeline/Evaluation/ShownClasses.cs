namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Which classes images show that have one of a report's labels: a combination stands for several, or none.</summary>
internal sealed class ShownClasses(IEnumerable<ReportClass> labels)
{
    private readonly Dictionary<Guid, IReadOnlyList<Guid>> _combinations = labels.Where(item => item.IsCombination).ToDictionary(item => item.Id, item => item.Shown);

    public IReadOnlyList<Guid> By(Guid labelId) => _combinations.GetValueOrDefault(labelId) ?? [labelId];
}
