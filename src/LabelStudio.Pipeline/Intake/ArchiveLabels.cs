using System.IO.Compression;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Intake;

/// <summary>The classes a table in an archive gives to its files, by their path beside the table.</summary>
internal sealed class ArchiveLabels
{
    private const int LongestTableBytes = 256 * 1024 * 1024;

    private static readonly string[] PathColumns = ["image", "path", "file_name", "filename", "file"];
    private static readonly string[] LabelColumns = ["label", "class", "category"];

    private readonly Dictionary<string, string> _classNames = new(StringComparer.Ordinal);

    private ArchiveLabels()
    {
    }

    public ImportLabel? Of(string path) => _classNames.TryGetValue(path, out var name) ? new ImportLabel(null, name) : null;

    public static async Task<ArchiveLabels> ReadAsync(ZipArchive zip, UnpackingBudget budget, CancellationToken cancellationToken)
    {
        var labels = new ArchiveLabels();
        foreach (var entry in zip.Entries.Where(entry => entry.FullName.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)).Take(10))
        {
            if (entry.Length > LongestTableBytes)
            {
                throw new InvalidRequestException($"The table '{entry.Name}' in the archive is too large. Split it into several archives.");
            }

            await using var content = budget.Limit(await entry.OpenAsync(cancellationToken));
            using var reader = new StreamReader(content);
            labels.Read(await reader.ReadToEndAsync(cancellationToken), entry.FullName[..(entry.FullName.LastIndexOf('/') + 1)]);
        }

        return labels;
    }

    private void Read(string text, string folder)
    {
        var (path, label) = (-1, -1);
        foreach (var row in CsvText.Rows(text))
        {
            if (path < 0)
            {
                (path, label) = (ColumnOf(row, PathColumns), ColumnOf(row, LabelColumns));
                if (path < 0 || label < 0)
                {
                    return;
                }
            }
            else if (row.Count > Math.Max(path, label) && row[label].Trim().Length > 0)
            {
                _classNames[folder + row[path].TrimStart('/')] = row[label].Trim();
            }
        }
    }

    private static int ColumnOf(IReadOnlyList<string> header, string[] names) =>
        header.Index().Where(cell => names.Contains(cell.Item.Trim(), StringComparer.OrdinalIgnoreCase)).Select(cell => cell.Index).FirstOrDefault(-1);
}
