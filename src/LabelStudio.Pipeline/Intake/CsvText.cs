using System.Buffers;
using System.Text;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// Comma-separated values as spreadsheets read and write them. Cells that a spreadsheet would run as a formula get an
/// apostrophe before them on the way out, which is taken off again on the way in.
/// </summary>
public static class CsvText
{
    private const string FormulaStarts = "=+-@";

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create("\",;\t\r\n");

    public static string Line(params IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell)) + "\n";

    /// <summary>The rows of a text; the delimiter is a comma, semicolon or tab, whichever the first line has most of.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var delimiter = DelimiterOf(text);
        var (row, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var at = text.StartsWith('\uFEFF') ? 1 : 0; at < text.Length; at++)
        {
            var sign = text[at];
            if (quoted && sign == '"' && at + 1 < text.Length && text[at + 1] == '"')
            {
                cell.Append('"');
                at++;
            }
            else if (sign == '"' && (quoted || cell.Length == 0))
            {
                quoted = !quoted;
            }
            else if (!quoted && sign == delimiter)
            {
                row.Add(Taken(cell));
            }
            else if (!quoted && sign == '\n')
            {
                row.Add(Taken(cell));
                yield return row;
                row = [];
            }
            else if (quoted || sign != '\r')
            {
                cell.Append(sign);
            }
        }

        if (cell.Length > 0 || row.Count > 0)
        {
            row.Add(Taken(cell));
            yield return row;
        }
    }

    private static string Taken(StringBuilder cell)
    {
        var text = cell.ToString();
        cell.Clear();
        return text.Length > 1 && text[0] == '\'' && (FormulaStarts.Contains(text[1], StringComparison.Ordinal) || text[1] == '\'')
            ? text[1..]
            : text;
    }

    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var guarded = FormulaStarts.Contains(text[0], StringComparison.Ordinal) || text[0] == '\'' ? "'" + text : text;
        return guarded.AsSpan().IndexOfAny(NeedQuotes) >= 0 || char.IsWhiteSpace(guarded[0]) || char.IsWhiteSpace(guarded[^1])
            ? $"\"{guarded.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : guarded;
    }

    private static char DelimiterOf(string text)
    {
        var first = text.AsSpan(0, text.IndexOf('\n') is var end and >= 0 ? end : text.Length);
        var (commas, semicolons, tabs) = (first.Count(','), first.Count(';'), first.Count('\t'));
        return semicolons > commas && semicolons >= tabs ? ';' : tabs > commas ? '\t' : ',';
    }
}
