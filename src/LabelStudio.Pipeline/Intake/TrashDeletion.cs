using System.Linq.Expressions;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LabelStudio.Pipeline.Intake;

/// <summary>The end of what is in the trash: by age, looked for every hour, or because an administrator says so.</summary>
public sealed class TrashDeletion(
    StudioWriter writer,
    ProjectAccess access,
    ImageFiles files,
    TimeProvider clock,
    IOptions<StudioOptions> options,
    ILogger<TrashDeletion> log) : BackgroundService
{
    private const int ImagesAtATime = 500;
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromHours(1);

    /// <summary>Days an image stays in the trash before it is deleted for good.</summary>
    public int Days => Math.Max(1, options.Value.TrashDays);

    /// <summary>
    /// Deletes images of the trash for good, with the files that no project needs. Needs the right to administer: nothing
    /// brings them back.
    /// </summary>
    /// <param name="imageIds">Those to delete; null: all.</param>
    /// <returns>The number of images deleted.</returns>
    public async Task<int> DeleteAsync(
        Guid userId, Guid projectId, IReadOnlyCollection<long>? imageIds, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Administer, cancellationToken);
        return await DeleteMatchingAsync(
            imageIds is null
                ? image => image.ProjectId == projectId
                : image => image.ProjectId == projectId && EF.Parameter(imageIds).Contains(image.ImageId),
            cancellationToken);
    }

    /// <summary>Deletes what has been in the trash of any project for longer than its days.</summary>
    /// <returns>The number of images deleted.</returns>
    internal Task<int> DeleteOldAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow().UtcDateTime.AddDays(-Days);
        return DeleteMatchingAsync(image => image.TrashedUtc < before, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = FirstLook;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(wait, clock, stoppingToken);
            wait = BetweenLooks;
            try
            {
                if (await DeleteOldAsync(stoppingToken) is > 0 and var deleted)
                {
                    log.LogInformation("{Count} images were deleted from the trash after {Days} days", deleted, Days);
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                log.LogError(error, "Emptying the trash failed; the next try is in an hour");
            }
        }
    }

    private async Task<int> DeleteMatchingAsync(
        Expression<Func<TrashedImage, bool>> filter, CancellationToken cancellationToken)
    {
        var deleted = 0;
        while (true)
        {
            var stored = await writer.WriteAsync(
                async (db, token) =>
                {
                    var some = await db.Set<TrashedImage>().AsNoTracking().Where(filter).OrderBy(image => image.ImageId).Take(ImagesAtATime)
                        .Select(image => new { image.ImageId, image.Sha256, image.Extension })
                        .ToListAsync(token);
                    long[] ids = [.. some.Select(image => image.ImageId)];
                    await db.Set<TrashedImage>().Where(image => EF.Parameter(ids).Contains(image.ImageId)).ExecuteDeleteAsync(token);
                    return some.ConvertAll(image => (image.Sha256, image.Extension));
                },
                cancellationToken);
            if (stored.Count == 0)
            {
                return deleted;
            }

            await writer.WriteAsync((db, token) => files.DeleteUnneededAsync(db, stored, token), cancellationToken);
            deleted += stored.Count;
        }
    }
}
