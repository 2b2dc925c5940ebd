using System.IO.Compression;
using System.Text;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Export;

/// <summary>Writes a frozen dataset version out, with the labels it was frozen with.</summary>
public sealed class SnapshotExports(IDbContextFactory<StudioDbContext> contexts, DatasetVersions versions, BlobStore blobs)
{
    /// <summary>A table with one line for each image. Needs the right to view.</summary>
    public async Task WriteCsvAsync(Guid userId, Guid projectId, Guid versionId, Stream target, CancellationToken cancellationToken)
    {
        var manifest = await versions.ReadAsync(userId, projectId, versionId, cancellationToken);
        var files = await FileNamesAsync(projectId, cancellationToken);
        var labels = await LabelsAsync(manifest, cancellationToken);
        await using var writer = new StreamWriter(target, leaveOpen: true);
        await writer.WriteAsync(HeaderLine(labels).AsMemory(), cancellationToken);
        foreach (var entry in manifest.Entries)
        {
            await writer.WriteAsync(Line(NameOf(entry, files), entry, labels).AsMemory(), cancellationToken);
        }
    }

    /// <summary>
    /// A zip with a folder for each split and class, and a table of the labels; several classes of an image together have a folder of their own. Images that were deleted since are in the
    /// table only. Needs the right to view.
    /// </summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="versionId">The version.</param>
    /// <param name="keepsLocation">Pictures go out with the place where they were taken, if their files hold it.</param>
    /// <param name="target">Where the archive is written.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WriteZipAsync(Guid userId, Guid projectId, Guid versionId, bool keepsLocation, Stream target, CancellationToken cancellationToken)
    {
        var manifest = await versions.ReadAsync(userId, projectId, versionId, cancellationToken);
        var files = await FileNamesAsync(projectId, cancellationToken);
        var labels = await LabelsAsync(manifest, cancellationToken);
        var folders = labels.Folders();
        var names = new ExportNames();
        var table = new StringBuilder(HeaderLine(labels));
        await using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var entry in manifest.Entries)
        {
            var path = names.FileIn($"{ExportArchive.SplitFolder(entry.Split)}/{folders[entry.ClassId]}", NameOf(entry, files), entry.Extension);
            table.Append(Line(path, entry, labels));
            await ExportArchive.AddImageAsync(zip, path, blobs.PathOf(entry.Sha256, entry.Extension), keepsLocation, cancellationToken);
        }

        await ExportArchive.AddTablesAsync(zip, table.ToString(), labels, folders, cancellationToken);
    }

    /// <summary>Tasks with the frozen labels as annotations, in the JSON form of Label Studio. Needs the right to view.</summary>
    public async Task WriteLabelStudioAsync(Guid userId, Guid projectId, Guid versionId, Stream target, CancellationToken cancellationToken)
    {
        var manifest = await versions.ReadAsync(userId, projectId, versionId, cancellationToken);
        var files = await FileNamesAsync(projectId, cancellationToken);
        var rows = manifest.Entries.Select(entry => new ExportRow(
            entry.ImageId, entry.Sha256, entry.Extension, NameOf(entry, files), entry.Split, ImageState.Labelled, entry.ClassId, null, null));
        await LabelStudioTask.WriteAllAsync(rows.ToAsyncEnumerable(), await LabelsAsync(manifest, cancellationToken), target, cancellationToken);
    }

    private static string NameOf(DatasetEntry entry, Dictionary<long, string> files) =>
        files.GetValueOrDefault(entry.ImageId) ?? entry.Sha256 + entry.Extension;

    private static string HeaderLine(LabelNames labels) => CsvText.Line("image", labels.Column, "split", "sha256");

    private static string Line(string path, DatasetEntry entry, LabelNames labels) =>
        CsvText.Line(path, labels.Cell(entry.ClassId), ExportArchive.SplitFolder(entry.Split), entry.Sha256);

    /// <summary>Under the names that the classes had then.</summary>
    private async Task<LabelNames> LabelsAsync(DatasetManifest manifest, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await LabelNames.ReadAsync(db, manifest.ProjectId, [.. manifest.Classes.Select(item => (item.Id, item.Name))], cancellationToken);
    }

    private async Task<Dictionary<long, string>> FileNamesAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Images.AsNoTracking().Where(image => image.ProjectId == projectId)
            .ToDictionaryAsync(image => image.Id, image => image.FileName, cancellationToken);
    }
}
