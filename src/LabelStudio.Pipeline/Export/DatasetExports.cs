using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Export;

/// <summary>Writes images and labels out for other tools, as a stream: memory stays flat however many images there are.</summary>
public sealed class DatasetExports(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, BlobStore blobs)
{
    private const int RowsAtATime = 1000;

    private static readonly string[] Header = ["image", "label", "split", "sha256", "state", "annotator", "labelled_at"];

    /// <summary>
    /// A zip with a folder for each class (below one for each split), the classes in their order, and a table of all labels.
    /// It comes back through the zip upload unchanged.
    /// </summary>
    public async Task WriteZipAsync(
        Guid userId, Guid projectId, ExportOptions options, Stream target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var classes = await ClassesAsync(userId, projectId, cancellationToken);
        var folders = ExportNames.Folders(classes.Select(item => (item.Id, item.Name)));
        var names = new ExportNames();
        var keys = await KeysAsync(projectId, cancellationToken);
        var table = new StringBuilder(HeaderLine(keys));
        await using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        await foreach (var row in RowsAsync(userId, projectId, options, classes, cancellationToken))
        {
            var folder = row.ClassId is { } classId ? folders[classId] : "no_label";
            var path = names.FileIn(options.SplitFolders ? $"{ExportArchive.SplitFolder(row.Split)}/{folder}" : folder, row.FileName, row.Extension);
            table.Append(TableLine(path, row, classes, keys));
            if (options.IncludeImages)
            {
                await ExportArchive.AddImageAsync(zip, path, blobs.PathOf(row.Sha256, row.Extension), options.KeepsLocation, cancellationToken);
            }
        }

        await ExportArchive.AddTablesAsync(zip, table.ToString(), classes.Select(item => item.Name), cancellationToken);
    }

    /// <summary>A table with one line for each image.</summary>
    public async Task WriteCsvAsync(
        Guid userId, Guid projectId, ExportOptions options, Stream target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var classes = await ClassesAsync(userId, projectId, cancellationToken);
        var keys = await KeysAsync(projectId, cancellationToken);
        await using var writer = new StreamWriter(target, leaveOpen: true);
        await writer.WriteAsync(HeaderLine(keys).AsMemory(), cancellationToken);
        await foreach (var row in RowsAsync(userId, projectId, options, classes, cancellationToken))
        {
            await writer.WriteAsync(TableLine(row.FileName, row, classes, keys).AsMemory(), cancellationToken);
        }
    }

    /// <summary>Tasks with annotations in the JSON form of Label Studio: one choice named "choice" for the image.</summary>
    public async Task WriteLabelStudioAsync(
        Guid userId, Guid projectId, ExportOptions options, Stream target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var classes = await ClassesAsync(userId, projectId, cancellationToken);
        await LabelStudioTask.WriteAllAsync(
            RowsAsync(userId, projectId, options, classes, cancellationToken), classes.ToDictionary(item => item.Id, item => item.Name), target, cancellationToken);
    }

    /// <summary>A column "meta.…" for each key of metadata; the upload of an archive reads them in again.</summary>
    private static string HeaderLine(List<string> keys) => CsvText.Line([.. Header, .. keys.Select(key => $"meta.{key}")]);

    private static string TableLine(string path, ExportRow row, List<ClassDefinition> classes, List<string> keys) => CsvText.Line(
    [
        path,
        classes.Find(item => item.Id == row.ClassId)?.Name,
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

    private async Task<List<ClassDefinition>> ClassesAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Classes.AsNoTracking()
            .Where(item => item.ProjectId == projectId && !item.IsArchived)
            .OrderBy(item => item.Position).ThenBy(item => item.CreatedUtc)
            .ToListAsync(cancellationToken);
    }

    private async IAsyncEnumerable<ExportRow> RowsAsync(
        Guid userId, Guid projectId, ExportOptions options, List<ClassDefinition> classes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var inUse = classes.Select(item => item.Id).ToHashSet();
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
            foreach (var row in page.Where(row => row.ClassId is { } id ? inUse.Contains(id) : options.IncludeUnlabelled))
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
