using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Intake;

/// <summary>Turns a filter into a query.</summary>
internal static class ImageFilterQuery
{
    /// <param name="images">All images.</param>
    /// <param name="db">Where they are read from.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="filter">What is asked for.</param>
    /// <param name="userId">Who asks.</param>
    /// <param name="hidden">Labels that this person must not see, so must not find images by either.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IQueryable<ImageRecord>> MatchingAsync(
        this IQueryable<ImageRecord> images,
        StudioDbContext db,
        Guid projectId,
        ImageFilter filter,
        Guid userId,
        HiddenLabels hidden,
        CancellationToken cancellationToken)
    {
        var labels = filter.ClassId is { } classId ? await LabelsWithAsync(db, classId, cancellationToken) : [];
        images = images.Where(image => image.ProjectId == projectId).Apart(db, projectId, filter);
        if (hidden.ImageIds.Count == 0 || !AsksForLabels(filter))
        {
            return images.Labelled(filter, labels);
        }

        var (ids, found) = (hidden.ImageIds.ToArray(), hidden.Matching(filter, userId));
        var others = images.Where(image => !EF.Parameter(ids).Contains(image.Id)).Labelled(filter, labels);
        return found.Length == 0 ? others : others.Concat(images.Where(image => EF.Parameter(found).Contains(image.Id)));
    }

    /// <summary>The labels that say of an image that it has a class: the class alone, and its combinations. Of a combination: itself.</summary>
    public static async Task<Guid[]> LabelsWithAsync(StudioDbContext db, Guid classId, CancellationToken cancellationToken) =>
    [
        classId,
        .. await db.Set<CombinationMember>().Where(member => member.ClassId == classId)
            .Select(member => member.CombinationId)
            .ToListAsync(cancellationToken),
    ];

    private static bool AsksForLabels(ImageFilter filter) =>
        (filter.ClassId ?? filter.LabelledBy) is not null || filter.State is not null || filter.LabelledBefore is not null
        || (filter.LabelledFrom ?? filter.LabelledUntil) is not null || !string.IsNullOrWhiteSpace(filter.DiscardReason);

    /// <summary>What the filter says of labels.</summary>
    private static IQueryable<ImageRecord> Labelled(this IQueryable<ImageRecord> images, ImageFilter filter, Guid[] labels)
    {
        // Asked apart from each other: of one label an index gives the images in their order.
        images = labels.Length switch
        {
            0 => images,
            1 when labels[0] is var label => images.Where(image => image.LabelClassId == label),
            _ => images.Where(image => EF.Parameter(labels).Contains(image.LabelClassId!.Value)),
        };

        if (filter.State is { } state)
        {
            images = images.Where(image => image.State == state);
        }

        if (filter.LabelledBy is { } labelledBy)
        {
            images = images.Where(image => image.LabelledBy == labelledBy);
        }

        if (filter.LabelledBefore is { } ontologyVersion)
        {
            images = images.Where(image => image.State == ImageState.Labelled && image.LabelOntologyVersion < ontologyVersion);
        }

        if (!string.IsNullOrWhiteSpace(filter.DiscardReason))
        {
            var pattern = $"%{Escaped(filter.DiscardReason.Trim())}%";
            images = images.Where(image => EF.Functions.Like(image.DiscardReason!, pattern, "\\"));
        }

        images = filter.LabelledFrom is { } labelledFrom ? images.Where(image => image.LabelledUtc >= labelledFrom) : images;
        return filter.LabelledUntil is { } labelledUntil ? images.Where(image => image.LabelledUtc < labelledUntil) : images;
    }

    /// <summary>All that it says apart from labels.</summary>
    private static IQueryable<ImageRecord> Apart(this IQueryable<ImageRecord> images, StudioDbContext db, Guid projectId, ImageFilter filter)
    {
        if (filter.Split is { } split)
        {
            images = images.Where(image => image.Split == split);
        }

        if (filter.IsFlagged is { } isFlagged)
        {
            images = images.Where(image => image.IsFlagged == isFlagged);
        }

        if (filter.ImportBatchId is { } batchId)
        {
            images = images.Where(image => image.ImportBatchId == batchId);
        }

        images = images.Within(filter).Shaped(filter);
        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var pattern = $"%{Escaped(filter.Text.Trim())}%";
            images = images.Where(image => EF.Functions.Like(image.FileName, pattern, "\\"));
        }

        if (filter.Metadata is { } metadata)
        {
            images = images.WithMetadata(db, projectId, metadata);
        }

        if (filter.Ids is { } ids)
        {
            images = images.Where(image => EF.Parameter(ids).Contains(image.Id));
        }

        return images;
    }

    private static IQueryable<ImageRecord> Within(this IQueryable<ImageRecord> images, ImageFilter filter)
    {
        images = filter.AddedFrom is { } addedFrom ? images.Where(image => image.UploadedUtc >= addedFrom) : images;
        return filter.AddedUntil is { } addedUntil ? images.Where(image => image.UploadedUtc < addedUntil) : images;
    }

    private static IQueryable<ImageRecord> Shaped(this IQueryable<ImageRecord> images, ImageFilter filter)
    {
        images = filter.ShorterSideFrom is { } from ? images.Where(image => image.WidthPx >= from && image.HeightPx >= from) : images;
        images = filter.ShorterSideTo is { } to ? images.Where(image => image.WidthPx <= to || image.HeightPx <= to) : images;
        return filter.Aspect switch
        {
            ImageAspect.Portrait => images.Where(image => image.HeightPx > image.WidthPx),
            ImageAspect.Landscape => images.Where(image => image.WidthPx > image.HeightPx),
            ImageAspect.Square => images.Where(image => image.WidthPx == image.HeightPx),
            null => images,
        };
    }

    private static IQueryable<ImageRecord> WithMetadata(
        this IQueryable<ImageRecord> images, StudioDbContext db, Guid projectId, MetadataFilter metadata)
    {
        var entries = db.Set<MetadataEntry>().Where(entry => entry.ProjectId == projectId && entry.Key == metadata.Key);
        entries = metadata.Value is { } value ? entries.Where(entry => entry.Value == value) : entries;
        entries = metadata.From is { } from ? entries.Where(entry => entry.Number >= from) : entries;
        entries = metadata.Below is { } below ? entries.Where(entry => entry.Number < below) : entries;
        return images.Where(image => entries.Any(entry => entry.ImageId == image.Id));
    }

    public static IQueryable<ImageRecord> Sorted(this IQueryable<ImageRecord> images, ImageSort sort) => sort switch
    {
        ImageSort.Oldest => images.OrderBy(image => image.Id),
        ImageSort.Newest => images.OrderByDescending(image => image.Id),
        ImageSort.FileName => images.OrderBy(image => image.FileName).ThenBy(image => image.Id),
        ImageSort.Largest => images.OrderByDescending(image => image.ByteCount).ThenBy(image => image.Id),
        ImageSort.Smallest => images.OrderBy(image => image.ByteCount).ThenBy(image => image.Id),
    };

    /// <summary>The images after one in the order: a page costs the same wherever it is, and moves with no change before it.</summary>
    public static IQueryable<ImageRecord> After(this IQueryable<ImageRecord> images, ImageSort sort, long id, string fileName, long byteCount) => sort switch
    {
        ImageSort.Oldest => images.Where(image => image.Id > id),
        ImageSort.Newest => images.Where(image => image.Id < id),
#pragma warning disable CA1309 // Runs in the database, which compares its own way; a comparison argument has no translation.
        ImageSort.FileName => images.Where(image => string.Compare(image.FileName, fileName) > 0
            || (image.FileName == fileName && image.Id > id)),
#pragma warning restore CA1309
        ImageSort.Largest => images.Where(image => image.ByteCount < byteCount || (image.ByteCount == byteCount && image.Id > id)),
        ImageSort.Smallest => images.Where(image => image.ByteCount > byteCount || (image.ByteCount == byteCount && image.Id > id)),
    };

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);
}
