using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Intake;

/// <summary>The images of a project: page by page, one by one, and their files.</summary>
public sealed class ImageLibrary(
    IDbContextFactory<StudioDbContext> contexts,
    ProjectAccess access,
    ImageFiles files)
{
    private const int LargestPage = 1000;

    /// <summary>The next images after <paramref name="afterId"/> (the last one of the page before) in the filter's order.</summary>
    public async Task<IReadOnlyList<ImageTile>> PageAsync(
        Guid userId, Guid projectId, ImageFilter filter, long? afterId, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var images = await db.Images.AsNoTracking().MatchingAsync(db, projectId, filter, userId, hidden, cancellationToken);
        if (afterId is { } id)
        {
            var (fileName, byteCount) = filter.Sort is ImageSort.Oldest or ImageSort.Newest ? ("", 0) : await FileOfAsync(db, id, cancellationToken);
            images = images.After(filter.Sort, id, fileName, byteCount);
        }

        var tiles = await images.Sorted(filter.Sort)
            .Take(Math.Clamp(count, 1, LargestPage))
            .Select(ImageTile.OfRecord)
            .ToListAsync(cancellationToken);
        return tiles.ConvertAll(tile => tile.SeenWith(hidden));
    }

    public async Task<int> CountAsync(Guid userId, Guid projectId, ImageFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        return await (await db.Images.MatchingAsync(db, projectId, filter, userId, hidden, cancellationToken)).CountAsync(cancellationToken);
    }

    /// <summary>All ids that match, in the filter's order: for "select all that match".</summary>
    public async Task<IReadOnlyList<long>> IdsAsync(Guid userId, Guid projectId, ImageFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        return await (await db.Images.AsNoTracking().MatchingAsync(db, projectId, filter, userId, hidden, cancellationToken)).Sorted(filter.Sort)
            .Select(image => image.Id)
            .ToListAsync(cancellationToken);
    }

    public async Task<ImageDetails> GetAsync(Guid userId, long imageId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var details = await Details(db, imageId).FirstOrDefaultAsync(cancellationToken) ?? throw Missing();
        await access.DemandAsync(userId, details.ProjectId, StudioRight.View, cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, details.ProjectId, cancellationToken);
        if (!hidden.Hide(imageId))
        {
            return details;
        }

        var (state, classId) = hidden.Seen(imageId, details.State, details.ClassId);
        var answered = hidden.AnsweredUtc(imageId);
        var name = answered is null ? null
            : await db.Users.Where(user => user.Id == userId).Select(user => user.DisplayName).FirstOrDefaultAsync(cancellationToken);
        return details with { State = state, ClassId = classId, LabelledUtc = answered, LabelledByName = name };
    }

    /// <summary>The file to send, derived pictures made when they are missing; null: no such image, or the person may not see it.</summary>
    public Task<ImageFile?> FindFileAsync(Guid userId, long imageId, ImageVariant variant, CancellationToken cancellationToken) =>
        files.FindAsync(userId, imageId, variant, cancellationToken);

    public async Task<ImageCounts> CountsAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var counts = (await ProjectCounts.ReadAsync(db, projectId, cancellationToken)).GetValueOrDefault(projectId)
            ?? throw ProjectCatalog.Missing();
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        return await CountsSeenAsync(
            db, new ImageCounts(counts.Images, counts.Unlabelled, counts.Labelled, counts.Discarded, counts.Flagged), hidden, cancellationToken);
    }

    /// <summary>A number that stays as it is after an answer would tell which image was a hidden check.</summary>
    private static async Task<ImageCounts> CountsSeenAsync(
        StudioDbContext db, ImageCounts counts, HiddenLabels hidden, CancellationToken cancellationToken)
    {
        var ids = hidden.ImageIds.ToArray();
        var states = ids.Length == 0 ? [] : await db.Images.Where(image => EF.Parameter(ids).Contains(image.Id))
            .Select(image => new { image.Id, image.State })
            .ToListAsync(cancellationToken);
        int Moved(ImageState state) => states.Count(image => hidden.Seen(image.Id, image.State, null).State == state) - states.Count(image => image.State == state);
        return counts with
        {
            Unlabelled = counts.Unlabelled + Moved(ImageState.Unlabelled),
            Labelled = counts.Labelled + Moved(ImageState.Labelled),
            Discarded = counts.Discarded + Moved(ImageState.Discarded),
        };
    }

    /// <summary>What these images are now; those that were deleted are not counted.</summary>
    public async Task<SelectionCounts> CountSelectedAsync(
        Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var shown = hidden.ImageIds.Count == 0 ? imageIds : [.. imageIds.Where(id => !hidden.Hide(id))];
        var counts = await db.Images
            .Where(image => image.ProjectId == projectId && EF.Parameter(shown).Contains(image.Id))
            .GroupBy(image => new { image.State, image.LabelClassId })
            .Select(group => new { group.Key.State, group.Key.LabelClassId, Count = group.Count() })
            .ToListAsync(cancellationToken);
        counts.AddRange(imageIds.Distinct().Where(hidden.Hide)
            .Select(id => hidden.Seen(id, default, null))
            .GroupBy(seen => seen)
            .Select(group => new { group.Key.State, LabelClassId = group.Key.ClassId, Count = group.Count() }));
        return new SelectionCounts(
            counts.Where(row => row.State == ImageState.Unlabelled).Sum(row => row.Count),
            counts.Where(row => row.State == ImageState.Discarded).Sum(row => row.Count),
            counts.Where(row => row is { State: ImageState.Labelled, LabelClassId: not null })
                .GroupBy(row => row.LabelClassId!.Value, row => row.Count)
                .ToDictionary(group => group.Key, group => group.Sum()));
    }

    /// <summary>Everybody whose labels (or discards) stand now, by name.</summary>
    public async Task<IReadOnlyList<Annotator>> AnnotatorsAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var by = await db.Images.Where(image => image.ProjectId == projectId && image.LabelledBy != null)
            .Select(image => image.LabelledBy!.Value)
            .Distinct()
            .ToListAsync(cancellationToken);
        return await db.Users.AsNoTracking().Where(user => EF.Parameter(by).Contains(user.Id))
            .OrderBy(user => user.DisplayName)
            .Select(user => new Annotator(user.Id, user.DisplayName))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Labelled images by the ontology version they were labelled under: how many each younger class was no choice for.</summary>
    public async Task<IReadOnlyDictionary<int, int>> LabelledByOntologyVersionAsync(
        Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && image.State == ImageState.Labelled)
            .GroupBy(image => image.LabelOntologyVersion)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
    }

    internal static NotFoundException Missing() => new("This image does not exist: it may have been deleted. Reload the page.");

    private static async Task<(string Name, long ByteCount)> FileOfAsync(StudioDbContext db, long imageId, CancellationToken cancellationToken)
    {
        var file = await db.Images.Where(image => image.Id == imageId)
            .Select(image => new { image.FileName, image.ByteCount })
            .FirstOrDefaultAsync(cancellationToken) ?? throw Missing();
        return (file.FileName, file.ByteCount);
    }

    private static IQueryable<ImageDetails> Details(StudioDbContext db, long imageId) =>
        from image in db.Images.AsNoTracking()
        where image.Id == imageId
        select new ImageDetails(
            image.Id,
            image.ProjectId,
            image.Sha256,
            image.FileName,
            image.MediaType,
            image.WidthPx,
            image.HeightPx,
            image.ByteCount,
            image.Split,
            image.State,
            image.LabelClassId,
            image.LabelVersion,
            image.IsFlagged,
            image.ImportBatchId,
            image.UploadedUtc,
            db.Users.Where(user => user.Id == image.UploadedBy).Select(user => user.DisplayName).FirstOrDefault(),
            image.LabelledUtc,
            db.Users.Where(user => user.Id == image.LabelledBy).Select(user => user.DisplayName).FirstOrDefault());
}
