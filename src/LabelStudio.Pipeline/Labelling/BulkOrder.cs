using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Labelling;

/// <param name="Kind">With <see cref="BulkAction.Decide"/>: the decision. With <see cref="BulkAction.Import"/>: a label, for unlabelled images only.</param>
/// <param name="Split">With <see cref="BulkAction.Split"/>: where to.</param>
/// <param name="OnlyUnlabelled">With a decision: images that have a label by now, or are discarded, are left alone.</param>
/// <param name="AsOf">With a decision: the project's last act when the person chose; images without a version that were decided upon since are left alone.</param>
public sealed record BulkOrder(
    BulkAction Action, IReadOnlyList<BulkPart> Parts, AnnotationKind? Kind = null, Split? Split = null, bool OnlyUnlabelled = false, long? AsOf = null)
{
    private const int MostImages = 1_000_000;

    private int ImagesAtATime => Action switch
    {
        BulkAction.Decide or BulkAction.Import => ImageLabeller.MostDecisions,
        BulkAction.Split => SplitMoves.ImagesAtATime,
        BulkAction.Trash => ImageTrash.ImagesAtATime,
    };

    internal void Check()
    {
        // A request may leave anything out.
        var images = Parts?.Sum(part => part?.ImageIds?.Count ?? 0) ?? 0;
        if (images is 0 or > MostImages)
        {
            throw new InvalidRequestException($"An action takes 1 to {MostImages:N0} images. Choose others.");
        }

        var isWhole = Action switch
        {
            BulkAction.Decide => Kind is { } kind && Enum.IsDefined(kind) && kind != AnnotationKind.Vote,
            BulkAction.Import => Kind == AnnotationKind.Label && OnlyUnlabelled,
            BulkAction.Split => Split is { } split && Enum.IsDefined(split),
            BulkAction.Trash => true,
            _ => false,
        };
        if (!isWhole || Parts!.Any(part => part?.IsWhole != true))
        {
            throw new InvalidRequestException("The action does not say what to do with which images. Reload the page and try again.");
        }
    }

    /// <summary>Each image once, in as many as one transaction takes; those that get the same together.</summary>
    internal IEnumerable<IReadOnlyList<BulkPart>> Chunks() => Parts
        .SelectMany(part => part.ImageIds.Select((id, place) => (Id: id, Part: part, Version: part.Versions?[place])))
        .DistinctBy(image => image.Id)
        .Chunk(ImagesAtATime)
        .Select(images => images.GroupBy(image => (image.Part.ClassId, image.Part.Change, Set: SetOf(image.Part)))
            .Select(same => same.First().Part with { ImageIds = [.. same.Select(image => image.Id)], Versions = [.. same.Select(image => image.Version)] })
            .ToList());

    /// <summary>The same for the same classes in whatever order; no classes are not the same as none said.</summary>
    private static string? SetOf(BulkPart part) => part.ClassIds is { } ids ? string.Join(' ', ids.Distinct().Order()) : null;
}
