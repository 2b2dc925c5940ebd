using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>
/// The classes in which a model and the one before are evaluated: the model's own at their indices, then those that only the
/// other knows. As when a model is asked, the probability of a merged class counts for the one that took it over, and an
/// archived class is left out. A class with test images of its own stands for itself.
/// </summary>
internal sealed class ComparedClasses
{
    private readonly IReadOnlyList<Guid> _own;
    private readonly IReadOnlyList<Guid> _before;
    private readonly Dictionary<Guid, int> _indices;
    private readonly Dictionary<Guid, Guid?> _retired;

    /// <param name="own">The model's classes in index order.</param>
    /// <param name="before">Those of the model before; empty: there is none.</param>
    /// <param name="retired">Classes that were merged or archived.</param>
    /// <param name="tested">Classes that have test images.</param>
    public ComparedClasses(IReadOnlyList<Guid> own, IReadOnlyList<Guid> before, IEnumerable<RetiredClass> retired, IReadOnlySet<Guid> tested)
    {
        (_own, _before) = (own, before);
        Ids = [.. own, .. before.Except(own)];
        _indices = Ids.Index().ToDictionary(item => item.Item, item => item.Index);
        _retired = retired.Where(item => !tested.Contains(item.Id)).ToDictionary(item => item.Id, item => item.IntoId);
        KnownBefore = before.Select(id => ColumnOf(id, Ids.Count)).Where(column => column >= 0).ToHashSet();
    }

    public IReadOnlyList<Guid> Ids { get; }

    /// <summary>Indices of the classes that the model before can answer.</summary>
    public IReadOnlySet<int> KnownBefore { get; }

    /// <summary>The class is new to the model before; false without one.</summary>
    public bool IsNew(int index) => _before.Count > 0 && !KnownBefore.Contains(index) && !_before.Contains(Ids[index]);

    /// <summary>The same of a class by its id.</summary>
    public bool IsNew(Guid id) => IsNew(_indices[id]);

    /// <summary>A label of the model whose probability is its own: neither left out nor counted for another.</summary>
    public bool StandsForItself(int index) => ColumnOf(Ids[index], _own.Count) == index;

    /// <summary>The classes that images with a label of the model show, those that took merged ones over.</summary>
    public IReadOnlyList<Guid> ShownBy(ClassEntry label) => ShownBy(label.MemberIds ?? [label.Id]);

    public IReadOnlyList<Guid> ShownBy(IReadOnlyList<Guid> members) => [.. members.Select(Now).OfType<Guid>().Distinct()];

    /// <summary>The class was merged or archived, and no test image is of it.</summary>
    public bool IsRetired(int index) => _retired.ContainsKey(Ids[index]);

    /// <summary>The model's answers, float32 [N, its classes], at the same indices.</summary>
    public float[] Own(float[] probabilities) => Fold(probabilities, _own, _own.Count);

    /// <summary>The answers of the model before as float32 [N, <see cref="Ids"/>]: 0 for what it does not know.</summary>
    public float[] Before(float[] probabilities) => Fold(probabilities, _before, Ids.Count);

    private float[] Fold(float[] probabilities, IReadOnlyList<Guid> classIds, int width) =>
        ProbabilityFold.Into(probabilities, [.. classIds.Select(id => ColumnOf(id, width))], width);

    /// <summary>The class that a class counts for; null: it is archived.</summary>
    private Guid? Now(Guid id) => !_retired.TryGetValue(id, out var into) ? id
        : into is { } target && !_own.Contains(target) ? id
        : into;

    /// <summary>Where a class's probability is added; -1: nowhere.</summary>
    private int ColumnOf(Guid id, int width)
    {
        if (!_retired.TryGetValue(id, out var into))
        {
            return _indices[id];
        }
        return into is not { } target ? -1
            : _indices.TryGetValue(target, out var column) && column < width ? column
            : _indices[id];
    }
}
