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
    private static readonly string[] Header = ["image", "label", "split", "sha256"];

    /// <summary>A table with one line for each image. Needs the right to view.</summary>
    public async Task WriteCsvAsync(Guid userId, Guid projectId, Guid versionId, Stream target, CancellationToken cancellationToken)
    {
        var manifest = await versions.ReadAsync(userId, projectId, versionId, cancellationToken);
        var files = await FileNamesAsync(projectId, cancellationToken);
        var labels = manifest.Classes.ToDictionary(item => item.Id, item => item.Name);
        await using var writer = new StreamWriter(target, leaveOpen: true);
        await writer.WriteAsync(CsvText.Line(Header).AsMemory(), cancellationToken);
        foreach (var entry in manifest.Entries)
        {
            await writer.WriteAsync(Line(NameOf(entry, files), entry, labels).AsMemory(), cancellationToken);
        }
    }

    /// <summary>
    /// A zip with a folder for each split and class, and a table of the labels. Images that were deleted since are in the
    /// table only. Needs the right to view.
    /// </summary>
    public async Task WriteZipAsync(Guid userId, Guid projectId, Guid versionId, Stream target, CancellationToken cancellationToken)
    {
        var manifest = await versions.ReadAsync(userId, projectId, versionId, cancellationToken);
        var files = await FileNamesAsync(projectId, cancellationToken);
        var labels = manifest.Classes.ToDictionary(item => item.Id, item => item.Name);
        var folders = ExportNames.Folders(manifest.Classes.Select(item => (item.Id, item.Name)));
        var names = new ExportNames();
        var table = new StringBuilder(CsvText.Line(Header));
        await using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var entry in manifest.Entries)
        {
            var path = names.FileIn($"{ExportArchive.SplitFolder(entry.Split)}/{folders[entry.ClassId]}", NameOf(entry, files), entry.Extension);
            table.Append(Line(path, entry, labels));
            await ExportArchive.AddImageAsync(zip, path, blobs.PathOf(entry.Sha256, entry.Extension), cancellationToken);
        }

        await ExportArchive.AddTablesAsync(zip, table.ToString(), manifest.Classes.Select(item => item.Name), cancellationToken);
    }

    private static string NameOf(DatasetEntry entry, Dictionary<long, string> files) =>
        files.GetValueOrDefault(entry.ImageId) ?? entry.Sha256 + entry.Extension;

    private static string Line(string path, DatasetEntry entry, Dictionary<Guid, string> labels) =>
        CsvText.Line(path, labels[entry.ClassId], ExportArchive.SplitFolder(entry.Split), entry.Sha256);

    private async Task<Dictionary<long, string>> FileNamesAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Images.AsNoTracking().Where(image => image.ProjectId == projectId)
            .ToDictionaryAsync(image => image.Id, image => image.FileName, cancellationToken);
    }
}
