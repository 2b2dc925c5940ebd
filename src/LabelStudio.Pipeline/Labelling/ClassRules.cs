using System.Text;
using System.Text.RegularExpressions;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>What names, colours and keys of classes must keep to, and which ones are free.</summary>
internal static partial class ClassRules
{
    private const string Digits = "1234567890";

    public static string CheckedName(string name)
    {
        var trimmed = Spaces().Replace(name?.Trim() ?? "", " ");
        return trimmed.Length is > 0 and <= 100
            ? trimmed
            : throw new InvalidRequestException("A class needs a name of 1 to 100 characters.");
    }

    /// <summary>Equal for names that differ in case, width or spaces only.</summary>
    public static string Normalized(string name) =>
        Spaces().Replace(name.Trim(), " ").Normalize(NormalizationForm.FormKC).ToUpperInvariant();

    /// <summary>A renamed class still answers to its former name, so that an old export comes back to it.</summary>
    public static List<string> Aliases(IEnumerable<string> aliases, string formerName, string name) =>
    [
        .. aliases.Append(formerName)
            .Where(alias => !string.IsNullOrWhiteSpace(alias))
            .Select(CheckedName)
            .DistinctBy(Normalized)
            .Where(alias => Normalized(alias) != Normalized(name)),
    ];

    /// <summary>The class of this name; else the one in use that has it as an alias.</summary>
    public static ClassDefinition? Find(IReadOnlyCollection<ClassDefinition> classes, string name)
    {
        var normalized = Normalized(name);
        return classes.FirstOrDefault(item => item.NormalizedName == normalized)
            ?? classes.FirstOrDefault(item => !item.IsArchived && item.Aliases.Any(alias => Normalized(alias) == normalized));
    }

    public static string CheckedColour(string colour) => HexColour().IsMatch(colour)
        ? colour.ToLowerInvariant()
        : throw new InvalidRequestException($"'{colour}' is not a colour. Write it as #rrggbb, for example #3f7fe6.");

    /// <param name="commands">Keys that are commands for the person who asks.</param>
    /// <param name="others">The other classes in use.</param>
    public static string? CheckedHotkey(string? hotkey, IReadOnlyDictionary<char, string> commands, IEnumerable<ClassDefinition> others)
    {
        if (string.IsNullOrWhiteSpace(hotkey))
        {
            return null;
        }

        var key = hotkey.Trim().ToLowerInvariant();
        if (key.Length != 1 || !char.IsLetterOrDigit(key[0]))
        {
            throw new InvalidRequestException($"'{hotkey}' cannot be the key of a class. Choose one letter or digit.");
        }

        if (commands.ContainsKey(key[0]))
        {
            throw new InvalidRequestException(
                $"The key '{key}' has a meaning of its own while labelling. Choose another letter or a digit, or first give that command another key in the list of keys.");
        }

        return others.FirstOrDefault(other => other.Hotkey == key) is { } taken
            ? throw new InvalidRequestException($"The key '{key}' belongs to the class '{taken.Name}'. Choose another one.")
            : key;
    }

    /// <param name="others">The other classes of the project.</param>
    public static bool CheckedNegative(bool isNegative, IEnumerable<ClassDefinition> others) =>
        isNegative && others.FirstOrDefault(other => other.IsNegative && !other.IsArchived) is { } taken
            ? throw new InvalidRequestException($"The class '{taken.Name}' stands for none of these already. Use it, or change it first.")
            : isNegative;

    /// <summary>The next digit, then a letter of the name; null: all are taken.</summary>
    public static string? FreeHotkey(string name, IReadOnlyCollection<ClassDefinition> inUse)
    {
        var letters = name.ToLowerInvariant().Where(letter => char.IsAsciiLetterLower(letter) && !CommandKeys.UsualLetters.Contains(letter));
        foreach (var key in Digits.Concat(letters).Select(key => key.ToString()))
        {
            if (inUse.All(item => item.Hotkey != key))
            {
                return key;
            }
        }

        return null;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex("^#[0-9a-fA-F]{6}$")]
    private static partial Regex HexColour();
}
