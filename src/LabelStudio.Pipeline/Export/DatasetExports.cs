using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Export;

/// <summary>Writes images and labels out for other tools, as a stream: memory stays flat however many images there are.</summary>
public sealed class DatasetExports(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, BlobStore blobs)
{
    private const int RowsAtATime = 1000;

    /// <summary>
    /// A zip with a folder for each class (below one for each split), the classes in their order, and a table of all labels.
    /// Several classes of an image together have a folder of their own. It comes back through the zip upload unchanged.
    /// </summary>
    public async Task WriteZipAsync(
        Guid userId, Guid projectId, ExportOptions options, Stream target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var labels = await LabelsAsync(userId, projectId, cancellationToken);
        var folders = labels.Folders();
        var names = new ExportNames();
        var keys = await KeysAsync(projectId, cancellationToken);
        var table = new StringBuilder(HeaderLine(labels, keys));
        await using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        await foreach (var row in RowsAsync(userId, projectId, options, labels, cancellationToken))
        {
            var folder = row.ClassId is { } classId ? folders[classId] : "no_label";
            var path = names.FileIn(options.SplitFolders ? $"{ExportArchive.SplitFolder(row.Split)}/{folder}" : folder, row.FileName, row.Extension);
            table.Append(TableLine(path, row, labels, keys));
            if (options.IncludeImages)
            {
                await ExportArchive.AddImageAsync(zip, path, blobs.PathOf(row.Sha256, row.Extension), options.KeepsLocation, cancellationToken);
            }
        }

        await ExportArchive.AddTablesAsync(zip, table.ToString(), labels, folders, cancellationToken);
    }

    /// <summary>A table with one line for each image.</summary>
    public async Task WriteCsvAsync(
        Guid userId, Guid projectId, ExportOptions options, Stream target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var labels = await LabelsAsync(userId, projectId, cancellationToken);
        var keys = await KeysAsync(projectId, cancellationToken);
        await using var writer = new StreamWriter(target, leaveOpen: true);
        await writer.WriteAsync(HeaderLine(labels, keys).AsMemory(), cancellationToken);
        await foreach (var row in RowsAsync(userId, projectId, options, labels, cancellationToken))
        {
            await writer.WriteAsync(TableLine(row.FileName, row, labels, keys).AsMemory(), cancellationToken);
        }
    }

    /// <summary>Tasks with annotations in the JSON form of Label Studio: a choice named "choice" for the image, with each of its classes.</summary>
    public async Task WriteLabelStudioAsync(
        Guid userId, Guid projectId, ExportOptions options, Stream target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var labels = await LabelsAsync(userId, projectId, cancellationToken);
        await LabelStudioTask.WriteAllAsync(
            RowsAsync(userId, projectId, options, labels, cancellationToken), labels, target, cancellationToken);
    }

    /// <summary>A column "meta.…" for each key of metadata; the upload of an archive reads them in again.</summary>
    private static string HeaderLine(LabelNames labels, List<string> keys) =>
        CsvText.Line(["image", labels.Column, "split", "sha256", "state", "annotator", "labelled_at", .. keys.Select(key => $"meta.{key}")]);

    private static string TableLine(string path, ExportRow row, LabelNames labels, List<string> keys) => CsvText.Line(
    [
        path,
        labels.Cell(row.ClassId),
        ExportArchive.SplitFolder(row.Split),
        row.Sha256,
        row.State.ToString().ToLowerInvariant(),
        row.Annotator,
        row.LabelledUtc?.ToString("O", CultureInfo.InvariantCulture),
        .. keys.Select(key => row.Metadata.GetValueOrDefault(key)),
    ]);

    private async Task<List<string>> KeysAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<MetadataEntry>().AsNoTracking().Where(entry => entry.ProjectId == projectId)
            .Select(entry => entry.Key).Distinct().OrderBy(key => key)
            .ToListAsync(cancellationToken);
    }

    /// <summary>The classes in use, and the combinations of them that an image has.</summary>
    private async Task<LabelNames> LabelsAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var labels = await db.Classes.AsNoTracking()
            .Where(item => item.ProjectId == projectId && !item.IsArchived
                && (!item.IsCombination || db.Images.Any(image => image.ProjectId == projectId && image.LabelClassId == item.Id)))
            .OrderBy(item => item.Position).ThenBy(item => item.CreatedUtc).ThenBy(item => item.Id)
            .Select(item => new { item.Id, item.Name })
            .ToListAsync(cancellationToken);
        return await LabelNames.ReadAsync(db, projectId, labels.ConvertAll(item => (item.Id, item.Name)), cancellationToken);
    }

    private async IAsyncEnumerable<ExportRow> RowsAsync(
        Guid userId, Guid projectId, ExportOptions options, LabelNames labels, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            // Page by page with a context each: a reader that stays open as long as a download keeps the log from shrinking.
            var page = await PageAsync(userId, projectId, options, after, cancellationToken);
            if (page.Count == 0)
            {
                yield break;
            }

            after = page[^1].Id;
            foreach (var row in page.Where(row => row.ClassId is { } id ? labels.Of(id) is not null : options.IncludeUnlabelled))
            {
                yield return row;
            }
        }
    }

    private async Task<List<ExportRow>> PageAsync(Guid userId, Guid projectId, ExportOptions options, long after, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from image in db.Images.AsNoTracking()
            where image.ProjectId == projectId && image.Id > after && image.State != ImageState.Discarded
                && (options.IncludeUnlabelled || image.LabelClassId != null)
            orderby image.Id
            select new ExportRow(
                image.Id,
                image.Sha256,
                image.Extension,
                image.FileName,
                image.Split,
                image.State,
                image.LabelClassId,
                db.Users.Where(user => user.Id == image.LabelledBy).Select(user => user.DisplayName).FirstOrDefault(),
                image.LabelledUtc)).Take(RowsAtATime).ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(row => row.Id);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        rows = rows.ConvertAll(row => hidden.Hide(row.Id)
            ? row with { State = ImageState.Unlabelled, ClassId = null, Annotator = null, LabelledUtc = null }
            : row);
        var metadata = (await db.Set<MetadataEntry>().AsNoTracking().Where(entry => EF.Parameter(ids).Contains(entry.ImageId)).ToListAsync(cancellationToken))
            .ToLookup(entry => entry.ImageId);
        return [.. rows.Select(row => metadata.Contains(row.Id) ? row with { Metadata = metadata[row.Id].ToDictionary(entry => entry.Key, entry => entry.Value) } : row)];
    }
}
