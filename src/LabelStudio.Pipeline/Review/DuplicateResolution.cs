using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Review;

/// <summary>What to do with near-duplicates: keep one.</summary>
public sealed class DuplicateResolution(ImageLabeller labeller)
{
    /// <summary>Discards all images of a set but one; one undo takes it back. Needs the right to label.</summary>
    /// <returns>The number of images discarded.</returns>
    public Task<int> KeepOneAsync(
        Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, long keptImageId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(imageIds);
        if (!imageIds.Contains(keptImageId))
        {
            throw new InvalidRequestException("The image to keep is not of this set. Reload the page.");
        }

        long[] others = [.. imageIds.Where(id => id != keptImageId)];
        return labeller.DecideManyAsync(userId, projectId, others, AnnotationKind.Discard, null, cancellationToken);
    }
}
