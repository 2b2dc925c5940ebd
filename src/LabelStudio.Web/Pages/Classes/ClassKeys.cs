using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Web.Pages.Classes;

/// <summary>Which keys classes may have: digits and letters that no command of the labelling page uses.</summary>
public static class ClassKeys
{
    private const string Digits = "1234567890";

    /// <summary>Why this key can't be the class's key; null: it can.</summary>
    /// <param name="commands">Keys that are commands for the person who asks.</param>
    public static string? Problem(string? key, Guid? classId, IEnumerable<ClassInfo> classes, IReadOnlyDictionary<char, string> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        ArgumentNullException.ThrowIfNull(classes);
        if (string.IsNullOrEmpty(key))
        {
            return null;
        }

        if (key.Length != 1 || !(char.IsAsciiLetterLower(key[0]) || char.IsAsciiDigit(key[0])))
        {
            return "One letter from a to z, or one digit.";
        }

        if (commands.TryGetValue(key[0], out var command))
        {
            return $"{key.ToUpperInvariant()} is your key for “{NameOf(command)}”. Choose another one, or give that command another key on the label page (?).";
        }

        var owner = classes.FirstOrDefault(c => c.Id != classId && !c.IsArchived && c.Hotkey == key);
        return owner is null ? null : $"{key.ToUpperInvariant()} is the key of '{owner.Name}'. Choose another one, or change that class first.";
    }

    /// <summary>Where most people have another meaning of the key: allowed, but worth knowing.</summary>
    public static string? Warning(string? key) => key is [var letter] && CommandKeys.UsualLetters.Contains(letter)
        ? $"{key.ToUpperInvariant()} is a command for everybody who has not changed that key: they choose this class with the mouse or by name (/)."
        : null;

    /// <summary>The first free digit, then letter of the alphabet; null when all are taken.</summary>
    public static string? NextFree(IEnumerable<ClassInfo> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var taken = classes.Where(c => !c.IsArchived).Select(c => c.Hotkey).ToHashSet();
        var letters = Enumerable.Range('a', 26).Select(c => (char)c).Where(c => !CommandKeys.UsualLetters.Contains(c));
        return Digits.Concat(letters).Select(c => c.ToString()).FirstOrDefault(key => !taken.Contains(key));
    }

    private static string NameOf(string command) => command.Replace('-', ' ');
}
