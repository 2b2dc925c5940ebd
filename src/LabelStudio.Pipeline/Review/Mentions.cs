using System.Text.RegularExpressions;

namespace LabelStudio.Pipeline.Review;

/// <summary>"@Ann" or "@Ann Lee" in a text calls the person of that name.</summary>
public static partial class Mentions
{
    /// <summary>True for the whole display name, or its first word, after an @; case does not matter.</summary>
    public static bool Calls(string text, string displayName)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = displayName?.Trim() ?? "";
        return name.Length > 0 && (IsCalled(text, name) || IsCalled(text, name.Split(' ')[0]));
    }

    /// <summary>The text in parts, those that call somebody marked.</summary>
    public static IEnumerable<(string Text, bool IsCall)> Parts(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = 0;
        foreach (Match call in Call().Matches(text))
        {
            yield return (text[at..call.Index], false);
            yield return (call.Value, true);
            at = call.Index + call.Length;
        }

        yield return (text[at..], false);
    }

    private static bool IsCalled(string text, string name)
    {
        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0; at = text.IndexOf('@', at + 1))
        {
            var after = text.AsSpan(at + 1);
            if (after.StartsWith(name, StringComparison.CurrentCultureIgnoreCase)
                && (after.Length == name.Length || !char.IsLetterOrDigit(after[name.Length])))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"(?<![\w@])@\w+")]
    private static partial Regex Call();
}
