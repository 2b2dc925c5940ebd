using LabelStudio.Pipeline.Intake;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>The images of a project that the rows of a table name, by hash, else by file name without folders.</summary>
internal sealed class TableImages
{
    private readonly Dictionary<string, Found> _byHash = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Found>> _byName = new(StringComparer.Ordinal);

    private TableImages()
    {
    }

    /// <summary>One pass over the project: a look-up for each of 200,000 rows would take minutes.</summary>
    public static async Task<TableImages> ReadAsync(
        StudioDbContext db, Guid projectId, IReadOnlyCollection<ImportTableRow> rows, CancellationToken cancellationToken)
    {
        var images = new TableImages();
        var hashes = rows.Select(HashOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var names = rows.Where(row => row.Sha256 is null).Select(NameOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var all = db.Images.AsNoTracking().Where(image => image.ProjectId == projectId)
            .Select(image => new { image.Id, image.Sha256, image.FileName, image.State, image.LabelClassId });
        await foreach (var image in all.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var found = new Found(image.Id, image.State, image.LabelClassId);
            if (hashes.Contains(image.Sha256))
            {
                images._byHash[image.Sha256] = found;
            }

            if (names.Contains(image.FileName))
            {
                (images._byName.TryGetValue(image.FileName, out var same) ? same : images._byName[image.FileName] = []).Add(found);
            }
        }

        return images;
    }

    /// <summary>A hash names one image or none: a file of the same name may be another picture.</summary>
    public IReadOnlyList<Found> Find(ImportTableRow row) =>
        HashOf(row) is { } hash ? _byHash.TryGetValue(hash, out var one) ? [one] : []
        : NameOf(row) is { } name && _byName.TryGetValue(name, out var found) ? found
        : [];

    private static string? HashOf(ImportTableRow row) => row.Sha256?.ToLowerInvariant();

    private static string? NameOf(ImportTableRow row) => row.Path is { } path ? UploadName.FileNameOf(path.Replace('\\', '/')) : null;

    internal sealed record Found(long Id, ImageState State, Guid? ClassId);
}
