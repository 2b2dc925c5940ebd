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
        await using var writer = new StreamWriter(target, leaveOpen: true);
        await writer.WriteAsync(CsvText.Line(Header).AsMemory(), cancellationToken);
        foreach (var entry in manifest.Entries)
        {
            await writer.WriteAsync(Line(NameOf(entry, files), entry, manifest).AsMemory(), cancellationToken);
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
        var folders = ExportNames.Folders(manifest.Classes.Select(item => (item.Id, item.Name)));
        var names = new ExportNames();
        var table = new StringBuilder(CsvText.Line(Header));
        await using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var entry in manifest.Entries)
        {
            var path = names.FileIn($"{SplitFolder(entry.Split)}/{folders[entry.ClassId]}", NameOf(entry, files), entry.Extension);
            table.Append(Line(path, entry, manifest));
            var source = blobs.PathOf(entry.Sha256, entry.Extension);
            if (File.Exists(source))
            {
                // Pictures are packed already.
                await using var picture = await zip.CreateEntry(path, CompressionLevel.NoCompression).OpenAsync(cancellationToken);
                await using var content = File.OpenRead(source);
                await content.CopyToAsync(picture, cancellationToken);
            }
        }

        await WriteTextAsync(zip, "labels.csv", table.ToString(), cancellationToken);
        await WriteTextAsync(zip, "classes.txt", string.Concat(manifest.Classes.Select(item => item.Name + "\n")), cancellationToken);
    }

    private static string SplitFolder(Split split) => split switch
    {
        Split.Train => "train",
        Split.Validation => "val",
        Split.Test => "test",
    };

    private static string NameOf(DatasetEntry entry, Dictionary<long, string> files) =>
        files.GetValueOrDefault(entry.ImageId) ?? entry.Sha256 + entry.Extension;

    private static string Line(string path, DatasetEntry entry, DatasetManifest manifest) =>
        CsvText.Line(path, manifest.Classes.First(item => item.Id == entry.ClassId).Name, SplitFolder(entry.Split), entry.Sha256);

    private static async Task WriteTextAsync(ZipArchive zip, string name, string text, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await entry.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    private async Task<Dictionary<long, string>> FileNamesAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Images.AsNoTracking().Where(image => image.ProjectId == projectId)
            .ToDictionaryAsync(image => image.Id, image => image.FileName, cancellationToken);
    }
}
