using System.Text.Json;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// A table about images: their files or hashes, classes, splits, and metadata in columns "meta.…". CSV, or a JSON object a line.
/// Several classes of an image stand in a column "labels" (see <see cref="LabelCell"/>), in as many columns "label", or in a list.
/// </summary>
internal sealed class ImportTable
{
    private const string MetadataPrefix = "meta.";

    private static readonly string[] PathColumns = ["image", "path", "file_name", "filename", "file"];
    private static readonly string[] LabelColumns = ["label", "class", "category"];
    private static readonly string[] ListColumns = ["labels"];
    private static readonly string[] HashColumns = ["sha256"];
    private static readonly string[] SplitColumns = ["split"];

    private readonly IEnumerable<(int Number, IReadOnlyList<string> Cells)> _rows;
    private readonly int _path;
    private readonly int _list;
    private readonly List<int> _labels;
    private readonly int _hash;
    private readonly int _split;
    private readonly List<(string Key, int Index)> _metadata;

    private ImportTable(IReadOnlyList<string> header, IEnumerable<(int Number, IReadOnlyList<string> Cells)> rows)
    {
        _rows = rows;
        (_path, _list, _hash, _split) = (ColumnOf(header, PathColumns), ColumnOf(header, ListColumns), ColumnOf(header, HashColumns), ColumnOf(header, SplitColumns));
        _labels = ColumnOf(header, LabelColumns) is var label and >= 0 ? ColumnsLike(header, label) : [];
        _metadata = MetadataColumns(header);
    }

    public bool NamesFiles => _path >= 0;

    public bool NamesHashes => _hash >= 0;

    public bool HasLabels => _list >= 0 || _labels.Count > 0;

    public bool HasSplits => _split >= 0;

    public bool HasMetadata => _metadata.Count > 0;

    /// <summary>Read while they are asked for; rows without any cell are passed over.</summary>
    public IEnumerable<ImportTableRow> Rows => _rows.Where(row => row.Cells.Any(cell => cell.Length > 0)).Select(row => new ImportTableRow(
        row.Number,
        CellOf(row.Cells, _path),
        HasLabels,
        LabelOf(row.Cells),
        _metadata.Select(column => (column.Key, Value: CellOf(row.Cells, column.Index)))
            .Where(item => item.Value?.Length is > 0 and <= MetadataRules.LongestValue)
            .ToDictionary(item => item.Key, item => item.Value!),
        CellOf(row.Cells, _hash),
        CellOf(row.Cells, _split) is { } split ? SplitFolders.Find(split) : null));

    public static ImportTable OfCsv(string text) => new(
        CsvText.Rows(text).FirstOrDefault([]),
        CsvText.Rows(text).Select((cells, place) => (place + 1, cells)).Skip(1));

    /// <exception cref="InvalidRequestException">A line is no JSON object.</exception>
    public static ImportTable OfJsonLines(string text)
    {
        var rows = text.TrimStart('\uFEFF').Split('\n').Select((line, place) => (Number: place + 1, Line: line.Trim()))
            .Where(row => row.Line.Length > 0)
            .Select(row => (row.Number, Cells: Parsed(row.Line, row.Number)))
            .ToList();
        // Lines may leave keys out: the columns are those of all of them.
        string[] header = [.. rows.SelectMany(row => row.Cells.Keys).Distinct(StringComparer.OrdinalIgnoreCase)];
        return new(header, rows.Select(row => (row.Number, (IReadOnlyList<string>)[.. header.Select(key => row.Cells.GetValueOrDefault(key, ""))])));
    }

    private ImportLabel? LabelOf(IReadOnlyList<string> row) =>
        ImportLabel.OfList(CellOf(row, _list))
        ?? ImportLabel.OfCells([.. _labels.Select(column => CellOf(row, column)).OfType<string>()], areRepeated: _labels.Count > 1);

    private static Dictionary<string, string> Parsed(string line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                var cells = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                foreach (var property in json.RootElement.EnumerateObject())
                {
                    var (name, text) = Cell(property);
                    cells[name] = text;
                }

                return cells;
            }
        }
        catch (JsonException)
        {
            // Told below, with the line.
        }

        throw new InvalidRequestException($"Line {number} of the table is no JSON object. Write one object a line, such as {{\"image\": \"1.jpg\", \"label\": \"hat\"}}.");
    }

    /// <summary>A list of classes becomes the cell that says the same.</summary>
    private static (string Column, string Text) Cell(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.String or JsonValueKind.Number => (property.Name, property.Value.ToString()),
        JsonValueKind.Array when LabelColumns.Concat(ListColumns).Contains(property.Name, StringComparer.OrdinalIgnoreCase) =>
            (ListColumns[0], LabelCell.Text([.. property.Value.EnumerateArray().Select(item => item.ToString())])),
        _ => (property.Name, ""),
    };

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

    private static List<int> ColumnsLike(IReadOnlyList<string> header, int column) =>
        [.. header.Index().Where(cell => cell.Item.Trim().Equals(header[column].Trim(), StringComparison.OrdinalIgnoreCase)).Select(cell => cell.Index)];

    private static int ColumnOf(IReadOnlyList<string> header, string[] names) =>
        header.Index().Where(cell => names.Contains(cell.Item.Trim(), StringComparer.OrdinalIgnoreCase)).Select(cell => cell.Index).FirstOrDefault(-1);
}
