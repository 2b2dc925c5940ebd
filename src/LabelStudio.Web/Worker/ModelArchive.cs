using System.Formats.Tar;

namespace LabelStudio.Web.Worker;

/// <summary>A model folder as one stream. Unpacking takes plain files with plain names and no more than fits a model.</summary>
public static class ModelArchive
{
    private const long MostBytes = 4L * 1024 * 1024 * 1024;
    private const int MostFiles = 50;

    public static Task PackAsync(string folder, Stream target, CancellationToken cancellationToken) =>
        TarFile.CreateFromDirectoryAsync(folder, target, includeBaseDirectory: false, cancellationToken);

    /// <exception cref="InvalidDataException">The stream holds something else than a model folder.</exception>
    public static async Task UnpackAsync(Stream source, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await using var reader = new TarReader(source, leaveOpen: true);
        var (bytes, files) = (0L, 0);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.EntryType == TarEntryType.Directory)
            {
                continue;
            }
            var name = Path.GetFileName(entry.Name);
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                || name.Length == 0
                || entry.Name.TrimStart('.', '/') != name)
            {
                throw new InvalidDataException($"A model holds plain files only, not '{entry.Name}'.");
            }
            bytes += entry.Length;
            if (++files > MostFiles || bytes > MostBytes)
            {
                throw new InvalidDataException("This is too large for a model.");
            }
            await using var file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write);
            if (entry.DataStream is { } data)
            {
                await data.CopyToAsync(file, cancellationToken);
            }
        }
    }
}
