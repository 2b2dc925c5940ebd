using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Web.Pages.Classes;

/// <summary>Which keys classes may have: digits and letters that no command of the labelling page uses.</summary>
public static class ClassKeys
{
    /// <summary>X discard, U unsure, N new class, H hide, G grid, F fit; C is kept for comments.</summary>
    private const string Reserved = "xunhgfc";

    private const string Digits = "1234567890";

    /// <summary>Why this key can't be the class's key; null: it can.</summary>
    public static string? Problem(string? key, Guid? classId, IEnumerable<ClassInfo> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if (string.IsNullOrEmpty(key))
        {
            return null;
        }

        if (key.Length != 1 || !(char.IsAsciiLetterLower(key[0]) || char.IsAsciiDigit(key[0])))
        {
            return "One letter from a to z, or one digit.";
        }

        if (Reserved.Contains(key[0], StringComparison.Ordinal))
        {
            return $"{key.ToUpperInvariant()} is the key of a command on the labelling page. Choose another one.";
        }

        var owner = classes.FirstOrDefault(c => c.Id != classId && !c.IsArchived && c.Hotkey == key);
        return owner is null ? null : $"{key.ToUpperInvariant()} is the key of '{owner.Name}'. Choose another one, or change that class first.";
    }

    /// <summary>The first free digit, then letter of the alphabet; null when all are taken.</summary>
    public static string? NextFree(IEnumerable<ClassInfo> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var taken = classes.Where(c => !c.IsArchived).Select(c => c.Hotkey).ToHashSet();
        var letters = Enumerable.Range('a', 26).Select(c => (char)c).Where(c => !Reserved.Contains(c, StringComparison.Ordinal));
        return Digits.Concat(letters).Select(c => c.ToString()).FirstOrDefault(key => !taken.Contains(key));
    }
}
