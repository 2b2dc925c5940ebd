using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Intake;

/// <summary>Turns a filter into a query.</summary>
internal static class ImageFilterQuery
{
    public static IQueryable<ImageRecord> Matching(this IQueryable<ImageRecord> images, Guid projectId, ImageFilter filter)
    {
        images = images.Where(image => image.ProjectId == projectId);
        if (filter.ClassId is { } classId)
        {
            images = images.Where(image => image.LabelClassId == classId);
        }

        if (filter.State is { } state)
        {
            images = images.Where(image => image.State == state);
        }

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

        if (filter.LabelledBy is { } labelledBy)
        {
            images = images.Where(image => image.LabelledBy == labelledBy);
        }

        if (filter.LabelledBefore is { } ontologyVersion)
        {
            images = images.Where(image => image.State == ImageState.Labelled && image.LabelOntologyVersion < ontologyVersion);
        }

        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var pattern = $"%{Escaped(filter.Text.Trim())}%";
            images = images.Where(image => EF.Functions.Like(image.FileName, pattern, "\\"));
        }

        if (filter.Ids is { } ids)
        {
            images = images.Where(image => EF.Parameter(ids).Contains(image.Id));
        }

        return images;
    }

    public static IQueryable<ImageRecord> Sorted(this IQueryable<ImageRecord> images, ImageSort sort) => sort switch
    {
        ImageSort.Oldest => images.OrderBy(image => image.Id),
        ImageSort.Newest => images.OrderByDescending(image => image.Id),
        ImageSort.FileName => images.OrderBy(image => image.FileName).ThenBy(image => image.Id),
    };

    /// <summary>The images after one in the order: a page costs the same wherever it is, and moves with no change before it.</summary>
    public static IQueryable<ImageRecord> After(this IQueryable<ImageRecord> images, ImageSort sort, long id, string fileName) => sort switch
    {
        ImageSort.Oldest => images.Where(image => image.Id > id),
        ImageSort.Newest => images.Where(image => image.Id < id),
#pragma warning disable CA1309 // Runs in the database, which compares its own way; a comparison argument has no translation.
        ImageSort.FileName => images.Where(image => string.Compare(image.FileName, fileName) > 0
            || (image.FileName == fileName && image.Id > id)),
#pragma warning restore CA1309
    };

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);
}
