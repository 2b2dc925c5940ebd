using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// Where deleted images wait: labels and history are kept, files stay, and nothing else sees them. <c>TrashRestore</c> brings
/// them back.
/// </summary>
public sealed class ImageTrash(
    IDbContextFactory<StudioDbContext> contexts,
    StudioWriter writer,
    ProjectAccess access,
    ChangeSignals signals,
    TimeProvider clock)
{
    /// <summary>Moved in one transaction: so many are moved together or not at all.</summary>
    internal const int ImagesAtATime = 500;

    private const int LargestPage = 500;

    /// <summary>Puts images into the trash. Needs the right to manage the project.</summary>
    /// <returns>The number of images moved there.</returns>
    public async Task<int> MoveAsync(
        Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(imageIds);
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        var moved = 0;

        // In parts: whoever labels an image meanwhile waits for one part at most.
        foreach (var some in imageIds.Distinct().Chunk(ImagesAtATime))
        {
            moved += await MoveSomeAsync(userId, projectId, some, null, cancellationToken);
        }

        return moved;
    }

    /// <summary>At most <see cref="ImagesAtATime"/> of them. Whoever calls has seen to the right.</summary>
    internal async Task<int> MoveSomeAsync(
        Guid userId, Guid projectId, long[] imageIds, SavedAlongside<int>? alongside, CancellationToken cancellationToken)
    {
        var moved = await writer.WriteAsync(
            async (db, token) =>
            {
                var count = await MoveRowsAsync(db, userId, projectId, imageIds, token);
                await (alongside?.Invoke(db, count, token) ?? Task.CompletedTask);
                return count;
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Images | ChangeTopic.Labels);
        return moved;
    }

    /// <summary>The trash of a project, the newest images first. Needs the right to manage the project.</summary>
    /// <param name="beforeId">The last image of the page before; null: from the start.</param>
    public async Task<IReadOnlyList<TrashTile>> PageAsync(
        Guid userId, Guid projectId, long? beforeId, int count, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<TrashedImage>().AsNoTracking()
            .Where(image => image.ProjectId == projectId && (beforeId == null || image.ImageId < beforeId))
            .OrderByDescending(image => image.ImageId)
            .Take(Math.Clamp(count, 1, LargestPage))
            .Select(image => new TrashTile(
                image.ImageId,
                image.Sha256,
                image.FileName,
                image.State,
                image.LabelClassId,
                image.TrashedUtc,
                db.Users.Where(user => user.Id == image.TrashedBy).Select(user => user.DisplayName).FirstOrDefault()))
            .ToListAsync(cancellationToken);
    }

    /// <summary>How many images are in the trash. Needs the right to view.</summary>
    public async Task<int> CountAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<TrashedImage>().CountAsync(image => image.ProjectId == projectId, cancellationToken);
    }

    private async Task<int> MoveRowsAsync(
        StudioDbContext db, Guid userId, Guid projectId, long[] imageIds, CancellationToken cancellationToken)
    {
        var images = await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && EF.Parameter(imageIds).Contains(image.Id))
            .ToListAsync(cancellationToken);
        var rows = await TrashedRows.ReadAsync(db, images, cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        db.AddRange(images.Select(image => new TrashedImage
        {
            ImageId = image.Id,
            ProjectId = projectId,
            Sha256 = image.Sha256,
            Extension = image.Extension,
            MediaType = image.MediaType,
            FileName = image.FileName,
            State = image.State,
            LabelClassId = image.LabelClassId,
            TrashedUtc = now,
            TrashedBy = userId,
            Rows = rows[image.Id],
        }));
        await db.Images.Where(image => image.ProjectId == projectId && EF.Parameter(imageIds).Contains(image.Id)).ExecuteDeleteAsync(cancellationToken);
        return images.Count;
    }
}
