using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>A project's classes as they are now: a merged one is the one that took it over, and nobody misses one that is archived or left out of training.</summary>
internal sealed class GateClasses(IReadOnlyCollection<ClassDefinition> classes)
{
    private readonly Dictionary<Guid, ClassDefinition> _current = classes.ToDictionary(item => item.Id, item => MergedClasses.Resolve(classes, item));

    /// <summary>Neither merged nor archived nor left out of training.</summary>
    public bool IsInUse(Guid classId) => _current.GetValueOrDefault(classId) is { IsArchived: false, IsLeftOutOfTraining: false } now && now.Id == classId;

    /// <summary>
    /// Names of the classes in use that the one model can answer and the other cannot. A combination is none: who knows its
    /// classes can say of each whether it is there.
    /// </summary>
    public IReadOnlyList<string> Missing(IEnumerable<ReportClass> promoted, IEnumerable<ReportClass> candidate)
    {
        var known = candidate.Select(item => CurrentId(item.Id)).ToHashSet();
        return [.. promoted.Select(item => CurrentId(item.Id)).Distinct().Where(id => IsInUse(id) && !_current[id].IsCombination && !known.Contains(id)).Select(id => _current[id].Name)];
    }

    private Guid CurrentId(Guid classId) => _current.GetValueOrDefault(classId)?.Id ?? classId;
}
