using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>What to do with near-duplicates: keep one, or bring all into one split.</summary>
public sealed class DuplicateResolution(ProjectAccess access, ImageLabeller labeller, StudioWriter writer, ChangeSignals signals)
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

    /// <summary>
    /// Brings images into one split, so that no model is tested on what it learned. Frozen dataset snapshots keep what they
    /// have. Needs the right to manage the project.
    /// </summary>
    /// <returns>The number of images that changed their split.</returns>
    public async Task<int> MoveAsync(
        Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, Split split, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(imageIds);
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        long[] ids = [.. imageIds];
        var moved = await writer.WriteAsync(
            (db, token) => db.Images
                .Where(image => image.ProjectId == projectId && EF.Parameter(ids).Contains(image.Id) && image.Split != split)
                .ExecuteUpdateAsync(row => row.SetProperty(image => image.Split, split), token),
            cancellationToken);
        if (moved > 0)
        {
            signals.Publish(projectId, ChangeTopic.Images);
        }

        return moved;
    }
}
