using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Labelling;

/// <param name="ClassId">The class that these images get; null where none is given.</param>
/// <param name="Versions">
/// In the order of the images: the label version the person saw of each. An image that was decided upon since is left alone;
/// where none is known, what is there is overwritten.
/// </param>
public sealed record BulkPart(IReadOnlyList<long> ImageIds, Guid? ClassId, IReadOnlyList<int?>? Versions = null)
{
    internal IEnumerable<Decision> Decisions(AnnotationKind kind, bool onlyUnlabelled, long? asOf) => Versions is { } versions && versions.Count != ImageIds.Count
        ? throw new InvalidRequestException("The action names other versions than images. Reload the page and try again.")
        : ImageIds.Select((id, place) => new Decision(Guid.CreateVersion7(), id, kind, ClassId, Versions?[place]) { OnlyUnlabelled = onlyUnlabelled, AsOf = asOf });
}
