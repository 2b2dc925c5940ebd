using LabelStudio.Learning.Duplicates;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Finds groups of unlabelled images that fit no class: perhaps a class that nobody has made yet.</summary>
public sealed class NewClasses(
    IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, EmbeddingStores stores, StudioWriter writer, TimeProvider clock) : IDisposable
{
    /// <summary>More would keep a person waiting; after these are labelled the next ones come.</summary>
    private const int MostImages = 10_000;

    private const int MostGroups = 8;
    private const int Seed = 1;
    private readonly KeptSearches<Found> _searches = new();

    public void Dispose() => _searches.Dispose();

    /// <summary>From memory until <paramref name="again"/> asks for a new search; images labelled meanwhile are left out. Needs the right to view.</summary>
    public async Task<NewClassReport> FindAsync(Guid userId, Guid projectId, bool again, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await _searches.FindAsync(projectId, again, () => SearchAsync(db, projectId, cancellationToken), cancellationToken);

        var dismissed = await DismissedAsync(db, projectId, cancellationToken);
        long[] ids = [.. found.Groups.SelectMany(group => group).Where(id => !dismissed.Contains(id))];
        var tiles = await db.Images.AsNoTracking()
            .Where(image => EF.Parameter(ids).Contains(image.Id) && image.State == ImageState.Unlabelled)
            .Select(ImageTile.OfRecord)
            .ToDictionaryAsync(tile => tile.Id, cancellationToken);
        var groups = found.Groups
            .Select(group => new NewClassGroup([.. group.Where(tiles.ContainsKey).Select(id => tiles[id])]))
            .Where(group => group.Images.Count >= UnknownGroups.LeastImages)
            .Take(MostGroups);
        return new NewClassReport([.. groups], found.Compared, found.IsTooEarly);
    }

    /// <summary>Remembers that these images are no class of their own: they are not proposed again. Needs the right to label.</summary>
    public async Task DismissAsync(Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(imageIds);
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var dismissed = new DismissedGroup
        {
            ProjectId = projectId,
            ImageIds = [.. imageIds.Order()],
            UserId = userId,
            DismissedUtc = clock.GetUtcNow().UtcDateTime,
        };
        await writer.WriteAsync((db, _) => Task.FromResult(db.Add(dismissed)), cancellationToken);
    }

    private async Task<Found> SearchAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken)
    {
        if (stores.ServingOf(projectId) is not { } store)
        {
            return new Found([], 0, IsTooEarly: false);
        }

        var dismissed = await DismissedAsync(db, projectId, cancellationToken);
        var all = db.Images.AsNoTracking().Where(image => image.ProjectId == projectId);
        var images = (await Rows(all.Where(image => image.State == ImageState.Labelled)).ToListAsync(cancellationToken))
            .Concat((await Rows(all.Where(image => image.State == ImageState.Unlabelled)).ToListAsync(cancellationToken))
                .Where(image => !dismissed.Contains(image.Id) && store.Contains(image.Sha256))
                // A content hash is as good as a die, and the same after a restart.
                .OrderBy(image => image.Sha256, StringComparer.Ordinal)
                .Take(MostImages))
            .Where(image => store.Contains(image.Sha256))
            .ToList();
        var numbers = images.Select(image => image.ClassId).OfType<Guid>().Distinct().Order()
            .Select((classId, number) => (classId, number)).ToDictionary(pair => pair.classId, pair => pair.number);
        int[] classOf = [.. images.Select(image => image.ClassId is { } classId ? numbers[classId] : -1)];
        var groups = await Task.Run(
            () => UnknownGroups.Find(classOf, store.EmbeddingSize, row => Embedding(store, images[row].Sha256), Seed, cancellationToken),
            cancellationToken);
        return new Found(
            [.. groups.Select(group => group.Select(row => images[row].Id).ToArray())],
            classOf.Count(number => number < 0),
            classOf.Where(number => number >= 0).CountBy(number => number).Count(pair => pair.Value >= UnknownGroups.LeastImages) < 2);
    }

    private static ReadOnlyMemory<float> Embedding(EmbeddingStore store, string sha256) => store.TryGet(sha256, out var embedding)
        ? embedding
        : throw new InvalidOperationException("An embedding went away while images were compared.");

    private static IQueryable<Row> Rows(IQueryable<ImageRecord> images) =>
        images.OrderBy(image => image.Id).Select(image => new Row(image.Id, image.Sha256, image.LabelClassId));

    private static async Task<HashSet<long>> DismissedAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken) =>
        [.. (await db.Set<DismissedGroup>().AsNoTracking()
            .Where(group => group.ProjectId == projectId)
            .Select(group => group.ImageIds)
            .ToListAsync(cancellationToken)).SelectMany(ids => ids)];

    private sealed record Row(long Id, string Sha256, Guid? ClassId);

    private sealed record Found(IReadOnlyList<long[]> Groups, int Compared, bool IsTooEarly);
}
