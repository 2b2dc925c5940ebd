using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Labelling;

/// <param name="ClassId">The label that these images get; null where none is given.</param>
/// <param name="Versions">
/// In the order of the images: the label version the person saw of each. An image that was decided upon since is left alone;
/// where none is known, what is there is overwritten.
/// </param>
public sealed record BulkPart(IReadOnlyList<long> ImageIds, Guid? ClassId, IReadOnlyList<int?>? Versions = null)
{
    /// <summary>
    /// In a project whose images may have several classes: those that these images get or lose; none at all is a label too.
    /// Null: the one that <see cref="ClassId"/> names.
    /// </summary>
    public IReadOnlyList<Guid>? ClassIds { get; init; }

    /// <summary>With <see cref="ClassIds"/>: what is done with the classes that the images have.</summary>
    public SetChange Change { get; init; }

    /// <summary>It can be carried out: a version for each image where there are any, and classes to add or to take away.</summary>
    internal bool IsWhole => ImageIds is not null
        && (Versions is not { } versions || versions.Count == ImageIds.Count)
        && Enum.IsDefined(Change)
        && (Change == SetChange.Replace || ClassIds is { Count: > 0 });

    internal IEnumerable<Decision> Decisions(AnnotationKind kind, bool onlyUnlabelled, long? asOf) => IsWhole
        ? ImageIds.Select((id, place) => new Decision(Guid.CreateVersion7(), id, kind, ClassId, Versions?[place])
        {
            ClassIds = ClassIds,
            Change = Change,
            OnlyUnlabelled = onlyUnlabelled,
            AsOf = asOf,
        })
        : throw new InvalidRequestException("The action names other versions than images, or no classes to add or to take away. Reload the page and try again.");
}
