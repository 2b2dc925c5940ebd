using System.Text;

namespace LabelStudio.Pipeline.Intake;

/// <summary>What a client calls a file: kept as it is to be shown and exported, never used as a path.</summary>
internal static class UploadName
{
    private const int LongestName = 500;
    private const int LongestFolder = 100;

    /// <summary>The last part of a relative path. A backslash is a letter of a name, as on most systems.</summary>
    public static string FileNameOf(string path)
    {
        var name = WellFormed(path[(path.LastIndexOf('/') + 1)..]);
        if (name.Length == 0)
        {
            return "unnamed";
        }

        // The end tells the format and the number, so a name that is too long loses its middle.
        return name.Length <= LongestName ? name : Shortened(name);
    }

    /// <summary>The folder the file lies in; null: none.</summary>
    public static string? FolderOf(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length < 2 || parts[^2] is "." or "..")
        {
            return null;
        }

        var folder = WellFormed(parts[^2]);
        return folder.Length <= LongestFolder ? folder : folder[..LongestFolder].TrimEnd();
    }

    /// <summary>The whole way of folders to the file, with slashes between them; null: none, or longer than metadata may be.</summary>
    public static string? FolderPathOf(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SkipLast(1).Where(part => part is not ("." or ".."));
        var folder = WellFormed(string.Join('/', parts));
        return folder.Length is > 0 and <= MetadataRules.LongestValue ? folder : null;
    }

    /// <summary>Lone surrogates cannot be stored as UTF-8, and control characters cannot be shown.</summary>
    private static string WellFormed(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            text.Append(Rune.IsControl(rune) && rune.Value != '\t' ? Rune.ReplacementChar : rune);
        }

        return text.ToString();
    }

    private static string Shortened(string name)
    {
        const int start = LongestName / 2;
        const string gap = "…";
        var end = LongestName - start - gap.Length;
        return WellFormed(name[..start]) + gap + WellFormed(name[^end..]);
    }
}
