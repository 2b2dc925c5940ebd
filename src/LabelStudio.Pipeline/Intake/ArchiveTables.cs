using System.IO.Compression;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Intake;

/// <summary>What the tables in an archive say of its files, by their path beside the table: classes, and metadata in columns "meta.…".</summary>
internal sealed class ArchiveTables
{
    private const int LongestTableBytes = 256 * 1024 * 1024;
    private const string MetadataPrefix = "meta.";
    private const string HashColumn = "sha256";

    private static readonly string[] PathColumns = ["image", "path", "file_name", "filename", "file"];
    private static readonly string[] LabelColumns = ["label", "class", "category"];

    private readonly Dictionary<string, ArchiveRow> _rows = new(StringComparer.Ordinal);

    private ArchiveTables()
    {
    }

    public ArchiveRow? Find(string path) => _rows.GetValueOrDefault(path);

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
            tables.Read(await reader.ReadToEndAsync(cancellationToken), entry.FullName[..(entry.FullName.LastIndexOf('/') + 1)]);
        }

        return tables;
    }

    private void Read(string text, string folder)
    {
        using var rows = CsvText.Rows(text).GetEnumerator();
        if (!rows.MoveNext())
        {
            return;
        }

        var (path, label, hash, metadata) = (ColumnOf(rows.Current, PathColumns), ColumnOf(rows.Current, LabelColumns), ColumnOf(rows.Current, [HashColumn]), MetadataColumns(rows.Current));
        while (path >= 0 && (label >= 0 || metadata.Count > 0) && rows.MoveNext())
        {
            var row = rows.Current;
            if (CellOf(row, path) is { } file)
            {
                var values = metadata.Select(column => (column.Key, Value: CellOf(row, column.Index))).Where(item => item.Value?.Length is > 0 and <= MetadataRules.LongestValue);
                _rows[folder + file.TrimStart('/')] = new(label >= 0, CellOf(row, label), values.ToDictionary(item => item.Key, item => item.Value!), CellOf(row, hash));
            }
        }
    }

    /// <summary>Columns that cannot be keys are passed over, and the first counts where two are the same key.</summary>
    private static List<(string Key, int Index)> MetadataColumns(IReadOnlyList<string> header) =>
    [
        .. header.Index()
            .Where(cell => cell.Item.Trim().StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            .Select(cell => (Key: MetadataRules.FindKey(cell.Item.Trim()[MetadataPrefix.Length..]), cell.Index))
            .Where(column => column.Key is not null)
            .Select(column => (column.Key!, column.Index))
            .DistinctBy(column => column.Item1)
            .Take(MetadataRules.MostKeys),
    ];

    private static string? CellOf(IReadOnlyList<string> row, int column) =>
        column >= 0 && column < row.Count && row[column].Trim() is { Length: > 0 } text ? text : null;

    private static int ColumnOf(IReadOnlyList<string> header, string[] names) =>
        header.Index().Where(cell => names.Contains(cell.Item.Trim(), StringComparer.OrdinalIgnoreCase)).Select(cell => cell.Index).FirstOrDefault(-1);
}
