using System.Globalization;
using System.Text;

namespace LabelStudio.Pipeline.Export;

/// <summary>Names that every file system takes, each once: in one export the same input always gives the same names.</summary>
internal sealed class ExportNames
{
    /// <summary>Bytes of UTF-8; file systems take 255, and a number may have to be added.</summary>
    private const int LongestName = 200;

    private static readonly string[] Reserved =
    [
        "CON", "PRN", "AUX", "NUL",
        .. Enumerable.Range(1, 9).SelectMany(number => new[] { $"COM{number}", $"LPT{number}" }),
    ];

    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The path of a file in a folder; a number joins the name when the path is taken, also in another case.</summary>
    public string FileIn(string folder, string fileName, string extension)
    {
        var name = Safe(Path.GetFileNameWithoutExtension(fileName));
        var path = $"{folder}/{name}{extension}";
        for (var number = 2; !_taken.Add(path.Normalize(NormalizationForm.FormKC)); number++)
        {
            path = string.Create(CultureInfo.InvariantCulture, $"{folder}/{name}-{number}{extension}");
        }

        return path;
    }

    /// <summary>A folder for each class, in the order given.</summary>
    public static Dictionary<Guid, string> Folders(IEnumerable<(Guid Id, string Name)> classes)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "no_label" };
        var folders = new Dictionary<Guid, string>();
        foreach (var (id, name) in classes)
        {
            var folder = Safe(name);
            for (var number = 2; !taken.Add(folder); number++)
            {
                folder = string.Create(CultureInfo.InvariantCulture, $"{Safe(name)}-{number}");
            }

            folders[id] = folder;
        }

        return folders;
    }

    private static string Safe(string name)
    {
        var text = new StringBuilder(name.Length);
        var bytes = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            var safe = Rune.IsControl(rune) || "/\\:*?\"<>|".Contains((char)Math.Min(rune.Value, char.MaxValue), StringComparison.Ordinal)
                ? new Rune('_')
                : rune;
            bytes += safe.Utf8SequenceLength;
            if (bytes > LongestName)
            {
                break;
            }

            text.Append(safe);
        }

        var trimmed = text.ToString().Trim().TrimEnd('.').TrimStart('.');
        return trimmed.Length == 0 ? "unnamed"
            : Reserved.Contains(trimmed, StringComparer.OrdinalIgnoreCase) ? "_" + trimmed
            : trimmed;
    }
}
