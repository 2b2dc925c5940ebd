using System.IO.Compression;
using System.Text;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Export;

/// <summary>What all zip archives of images have in common.</summary>
internal static class ExportArchive
{
    public static string SplitFolder(Split split) => split switch
    {
        Split.Train => "train",
        Split.Validation => "val",
        Split.Test => "test",
    };

    /// <summary>Packs an original, without the place it was taken at unless that is wanted. One lost file must not take the whole export with it: the table still names it.</summary>
    public static async Task AddImageAsync(ZipArchive zip, string path, string source, bool keepsLocation, CancellationToken cancellationToken)
    {
        if (!File.Exists(source))
        {
            return;
        }

        // Pictures are packed already.
        await using var entry = await zip.CreateEntry(path, CompressionLevel.NoCompression).OpenAsync(cancellationToken);
        if (keepsLocation)
        {
            await using var content = File.OpenRead(source);
            await content.CopyToAsync(entry, cancellationToken);
            return;
        }

        await entry.WriteAsync(await OriginalFiles.ReadWithoutLocationAsync(source, cancellationToken), cancellationToken);
    }

    /// <summary>Adds the table of the labels and the classes in their order; where images may have several, what the folders stand for.</summary>
    public static async Task AddTablesAsync(
        ZipArchive zip, string table, LabelNames labels, IReadOnlyDictionary<Guid, string> folders, CancellationToken cancellationToken)
    {
        await AddTextAsync(zip, "labels.csv", table, cancellationToken);
        await AddTextAsync(zip, "classes.txt", string.Concat(labels.Classes.Select(item => item.Name + "\n")), cancellationToken);
        if (labels.TakesSeveral)
        {
            await AddTextAsync(zip, ClassMap.FileName, ClassMap.Text(labels, folders), cancellationToken);
        }
    }

    private static async Task AddTextAsync(ZipArchive zip, string name, string text, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await entry.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }
}
