using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Datasets;

/// <summary>What giving a version's labels back would do, image by image.</summary>
/// <param name="Relabelled">Images that have another label now.</param>
/// <param name="Labelled">Images that have none now.</param>
/// <param name="Cleared">Images the version does not hold, whose label would go.</param>
/// <param name="DeletedCount">Images of the version that were deleted since: nothing can be done for them.</param>
/// <param name="ArchivedCount">Images whose class was archived since: they keep what they have.</param>
public sealed record LabelRestore(
    IReadOnlyList<LabelChange> Relabelled,
    IReadOnlyList<LabelChange> Labelled,
    IReadOnlyList<LabelChange> Cleared,
    int DeletedCount,
    int ArchivedCount)
{
    /// <summary>Images that had several classes, or none of them, where the project takes one each now: they keep what they have.</summary>
    public int SeveralCount { get; init; }

    public int ChangeCount => Relabelled.Count + Labelled.Count + Cleared.Count;

    internal IReadOnlyList<Decision> Decisions() =>
    [
        .. Relabelled.Concat(Labelled).Select(change => new Decision(Guid.CreateVersion7(), change.ImageId, AnnotationKind.Label, change.After)),
        .. Cleared.Select(change => new Decision(Guid.CreateVersion7(), change.ImageId, AnnotationKind.Clear)),
    ];
}
