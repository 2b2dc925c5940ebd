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
    TimeProvider clock) : IDisposable
{
    private readonly KeptSearches<NearDuplicateFound> _searches = new();

    public void Dispose() => _searches.Dispose();

    /// <summary>The sets. The first search decodes every picture once; then from memory until <paramref name="again"/> asks for a new search.</summary>
    public async Task<NearDuplicateReport> FindAsync(
        Guid userId, Guid projectId, bool again, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var found = await _searches.FindAsync(projectId, again, () => search.FindAsync(projectId, progress, cancellationToken), cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dismissed = await DismissedAsync(db, projectId, cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var images = (await ImagesAsync(db, [.. found.Sets.SelectMany(set => set)], cancellationToken)).ToDictionary(pair => pair.Key, pair => Seen(pair.Value, hidden));
        var sets = found.Sets
            .Select(set => set.Where(images.ContainsKey).ToArray())
            .Where(set => set.Length > 1 && !dismissed.Any(ids => set.All(ids.Contains)))
            .Select(set => new NearDuplicateSet([.. set.Select(id => images[id]).OrderByDescending(image => (long)image.WidthPx * image.HeightPx).ThenByDescending(image => image.ByteCount)]))
            .OrderByDescending(set => set.CrossesSplits).ThenByDescending(set => set.DisagreesOnClass).ThenByDescending(set => set.Images.Count);
        var lastImageId = await NearDuplicateSearch.LastImageIdAsync(db, projectId, cancellationToken);
        return new([.. sets], found.Compared, found.Unreadable, lastImageId > found.LastImageId) { LastImageId = found.LastImageId };
    }

    /// <summary>What the last search found, without searching; null: nobody has searched since the program started. Needs the right to view.</summary>
    public async Task<NearDuplicateReport?> KnownAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        return _searches.Of(projectId) is not null ? await FindAsync(userId, projectId, again: false, progress: null, cancellationToken) : null;
    }

    /// <summary>
    /// Of the images that the last search found near-duplicates of: how many pictures their set has; nothing before the first
    /// search. Needs the right to view.
    /// </summary>
    public async Task<IReadOnlyDictionary<long, int>> SetSizesAsync(
        Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var asked = imageIds.ToHashSet();
        if (_searches.Of(projectId) is not { } found || found.Sets.Where(set => set.Any(asked.Contains)).ToList() is not { Count: > 0 } sets)
        {
            return new Dictionary<long, int>();
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dismissed = await DismissedAsync(db, projectId, cancellationToken);
        var images = await ImagesAsync(db, [.. sets.SelectMany(set => set)], cancellationToken);
        return sets.Select(set => set.Where(images.ContainsKey).ToArray())
            .Where(set => set.Length > 1 && !dismissed.Any(ids => set.All(ids.Contains)))
            .SelectMany(set => set.Where(asked.Contains).Select(id => (Id: id, set.Length)))
            .ToDictionary(image => image.Id, image => image.Length);
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

    private static NearDuplicateImage Seen(NearDuplicateImage image, HiddenLabels hidden)
    {
        var (state, classId) = hidden.Seen(image.ImageId, image.State, image.ClassId);
        return image with { State = state, ClassId = classId };
    }

    private static Task<List<long[]>> DismissedAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken) =>
        db.Set<DismissedSet>().AsNoTracking()
            .Where(set => set.ProjectId == projectId)
            .Select(set => set.ImageIds)
            .ToListAsync(cancellationToken);

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
