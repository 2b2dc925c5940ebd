using System.IO.Compression;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Intake;

/// <summary>What the tables in an archive say of its files, by their path beside the table.</summary>
internal sealed class ArchiveTables
{
    private const int LongestTableBytes = 256 * 1024 * 1024;

    private readonly Dictionary<string, ImportTableRow> _rows = new(StringComparer.Ordinal);

    private ArchiveTables()
    {
    }

    public ImportTableRow? Find(string path) => _rows.GetValueOrDefault(path);

    public static async Task<ArchiveTables> ReadAsync(ZipArchive zip, UnpackingBudget budget, CancellationToken cancellationToken)
    {
        var tables = new ArchiveTables();
        foreach (var entry in zip.Entries.Where(entry => entry.FullName.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)).Take(10))
        {
            if (entry.Length > LongestTableBytes)
            {
                throw new InvalidRequestException($"The table '{entry.Name}' in the archive is too large. Split it into several archives.");
            }

            await using var content = budget.Limit(await entry.OpenAsync(cancellationToken));
            using var reader = new StreamReader(content);
            tables.Read(ImportTable.OfCsv(await reader.ReadToEndAsync(cancellationToken)), entry.FullName[..(entry.FullName.LastIndexOf('/') + 1)]);
        }

        return tables;
    }

    private void Read(ImportTable table, string folder)
    {
        if (!table.NamesFiles || (!table.HasLabels && !table.HasSplits && !table.HasMetadata))
        {
            return;
        }

        foreach (var row in table.Rows.Where(row => row.Path is not null))
        {
            _rows[folder + row.Path!.TrimStart('/')] = row;
        }
    }
}
