using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Web.Api;

/// <summary>One decision for many images, taken back by one undo.</summary>
/// <param name="Versions">In the order of the images: the label version the person saw, null where none is known. What was decided upon since is left alone.</param>
/// <param name="OnlyUnlabelled">Images that have a label by now, or are discarded, are left alone.</param>
/// <param name="AsOf">The project's last act when the person chose, as the list of images tells it: images without a version that were decided upon since are left alone.</param>
/// <param name="ClassIds">In a project whose images may have several classes: all of them, in place of <paramref name="ClassId"/>; an empty list says that they show none.</param>
/// <param name="Change">With <paramref name="ClassIds"/>: the images have exactly these classes then, these as well, or no longer these.</param>
public sealed record BulkRequest(
    IReadOnlyList<long> ImageIds,
    AnnotationKind Kind,
    Guid? ClassId,
    IReadOnlyList<int?>? Versions = null,
    bool OnlyUnlabelled = false,
    long? AsOf = null,
    IReadOnlyList<Guid>? ClassIds = null,
    SetChange Change = SetChange.Replace)
{
    internal BulkPart ToPart() => new(ImageIds, ClassId, Versions) { ClassIds = ClassIds, Change = Change };
}
