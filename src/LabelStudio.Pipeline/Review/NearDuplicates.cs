using System.Collections.Concurrent;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Finds images that show the same picture; what people found to be different pictures is not shown again.</summary>
public sealed class NearDuplicates(
    IDbContextFactory<StudioDbContext> contexts,
    ProjectAccess access,
    NearDuplicateSearch search,
    StudioWriter writer,
    TimeProvider clock)
{
    private readonly ConcurrentDictionary<Guid, NearDuplicateFound> _found = new();

    /// <summary>The sets. The first search decodes every picture once; then from memory until <paramref name="again"/> asks for a new search.</summary>
    public async Task<NearDuplicateReport> FindAsync(
        Guid userId, Guid projectId, bool again, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        if (again || !_found.TryGetValue(projectId, out var found))
        {
            _found[projectId] = found = await search.FindAsync(projectId, progress, cancellationToken);
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dismissed = await db.Set<DismissedSet>().AsNoTracking()
            .Where(set => set.ProjectId == projectId)
            .Select(set => set.ImageIds)
            .ToListAsync(cancellationToken);
        var images = await ImagesAsync(db, [.. found.Sets.SelectMany(set => set)], cancellationToken);
        var sets = found.Sets
            .Select(set => set.Where(images.ContainsKey).ToArray())
            .Where(set => set.Length > 1 && !dismissed.Any(ids => set.All(ids.Contains)))
            .Select(set => new NearDuplicateSet([.. set.Select(id => images[id]).OrderByDescending(image => (long)image.WidthPx * image.HeightPx).ThenByDescending(image => image.ByteCount)]))
            .OrderByDescending(set => set.CrossesSplits).ThenByDescending(set => set.DisagreesOnClass).ThenByDescending(set => set.Images.Count);
        var lastImageId = await NearDuplicateSearch.LastImageIdAsync(db, projectId, cancellationToken);
        return new([.. sets], found.Compared, found.Unreadable, lastImageId > found.LastImageId);
    }

    /// <summary>What the last search found, without searching; null: nobody has searched since the program started. Needs the right to view.</summary>
    public async Task<NearDuplicateReport?> KnownAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        return _found.ContainsKey(projectId) ? await FindAsync(userId, projectId, again: false, progress: null, cancellationToken) : null;
    }

    /// <summary>Remembers that these images are different pictures. Needs the right to label.</summary>
    public async Task DismissAsync(Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(imageIds);
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var dismissed = new DismissedSet
        {
            ProjectId = projectId,
            ImageIds = [.. imageIds.Order()],
            UserId = userId,
            DismissedUtc = clock.GetUtcNow().UtcDateTime,
        };
        await writer.WriteAsync((db, _) => Task.FromResult(db.Add(dismissed)), cancellationToken);
    }

    private static async Task<Dictionary<long, NearDuplicateImage>> ImagesAsync(StudioDbContext db, long[] ids, CancellationToken cancellationToken) =>
        await db.Images.AsNoTracking()
            .Where(image => EF.Parameter(ids).Contains(image.Id) && image.State != ImageState.Discarded)
            .Select(image => new NearDuplicateImage(
                image.Id,
                image.Sha256,
                image.FileName,
                image.State,
                image.LabelClassId,
                image.Split,
                image.WidthPx,
                image.HeightPx,
                image.ByteCount))
            .ToDictionaryAsync(image => image.ImageId, cancellationToken);
}
