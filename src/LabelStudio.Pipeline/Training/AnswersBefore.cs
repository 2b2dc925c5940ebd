using LabelStudio.Learning.Snapshots;

namespace LabelStudio.Pipeline.Training;

/// <summary>What the model before says about the same test images: the parent, or the one promoted when a run from the pretrained weights ended.</summary>
/// <param name="ClassIds">Its classes in index order.</param>
/// <param name="Probabilities">float32 [N, its classes].</param>
public sealed record AnswersBefore(Guid ModelId, IReadOnlyList<Guid> ClassIds, float[] Probabilities)
{
    /// <summary>Of its combinations the classes that each is made of.</summary>
    public IReadOnlyDictionary<Guid, IReadOnlyList<Guid>> Members { get; init; } = new Dictionary<Guid, IReadOnlyList<Guid>>();

    public static IReadOnlyDictionary<Guid, IReadOnlyList<Guid>> MembersIn(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest.Classes.Where(item => item.MemberIds is not null).ToDictionary(item => item.Id, item => item.MemberIds!);
    }

    /// <summary>The classes that images with one of its labels show.</summary>
    public IReadOnlyList<Guid> MembersOf(Guid labelId) => Members.GetValueOrDefault(labelId) ?? [labelId];
}
