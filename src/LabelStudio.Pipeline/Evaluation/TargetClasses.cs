using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>Which of a model's classes is the right answer for an image's class.</summary>
internal sealed class TargetClasses(IReadOnlyList<ClassEntry> classes, IReadOnlyList<RetiredClass> retired)
{
    private readonly Dictionary<Guid, int> _indices = classes.Index().ToDictionary(item => item.Item.Id, item => item.Index);

    /// <summary>-1: the model knows no such class. One that took another over is known by that one.</summary>
    public int IndexOf(Guid classId) => _indices.TryGetValue(classId, out var index) ? index
        : retired.Where(item => item.IntoId == classId).Select(item => _indices.GetValueOrDefault(item.Id, -1)).FirstOrDefault(known => known >= 0, -1);
}
