using System.Text;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// The classes of one image in one cell of a table: "Cat|Dog", with a backslash before a sign that belongs to a name. An image
/// that shows none of them is told from one that nobody labelled, whose cell is empty.
/// </summary>
public static class LabelCell
{
    /// <summary>The cell of an image that somebody looked at and that shows no class. A class that is called so has a backslash before it.</summary>
    public const string NoClass = "No class";

    private const char Between = '|';
    private const char Escape = '\\';

    public static string Text(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var text = string.Join(Between, names.Select(Escaped));
        return names.Count == 0 ? NoClass : IsNoClass(text) ? Escape + text : text;
    }

    /// <summary>The names in a cell; empty: it says that there is no class; null: it says nothing.</summary>
    public static IReadOnlyList<string>? Names(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        if (IsNoClass(text))
        {
            return [];
        }

        if (text is [Escape, ..] && IsNoClass(text[1..]))
        {
            return [text[1..]];
        }

        var (names, name) = (new List<string>(), new StringBuilder());
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == Between)
            {
                Take();
            }
            else
            {
                // Before any other sign it is one of the name: cells are written by people too.
                at += text[at] == Escape && at + 1 < text.Length && text[at + 1] is Between or Escape ? 1 : 0;
                name.Append(text[at]);
            }
        }

        Take();
        return names.Count == 0 ? null : names;

        void Take()
        {
            if (name.ToString().Trim() is { Length: > 0 } found)
            {
                names.Add(found);
            }

            name.Clear();
        }
    }

    public static bool IsNoClass(string text) => NoClass.Equals(text, StringComparison.OrdinalIgnoreCase);

    private static string Escaped(string name) => name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);
}
