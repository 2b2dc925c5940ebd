namespace LabelStudio.Pipeline.Labelling;

/// <summary>
/// Which letters and digits do something else than choose a class on one person's labelling pages: those of the usual keys
/// that the person did not put elsewhere, and those put in their place.
/// </summary>
public static class CommandKeys
{
    /// <summary>Commands whose usual key is a letter. The page's own list has the rest, which no class can have.</summary>
    private static readonly Dictionary<string, char> Usual = new(StringComparer.Ordinal)
    {
        ["discard"] = 'x',
        ["unsure"] = 'u',
        ["new-class"] = 'n',
        ["comment"] = 'c',
        ["toggle-suggestions"] = 'h',
        ["fit"] = 'f',
        ["grid"] = 'g',
    };

    /// <summary>The letters of the usual keys: never given to a class unasked, as most people leave them as they are.</summary>
    public static IReadOnlyCollection<char> UsualLetters => Usual.Values;

    /// <param name="changed">The person's keymap: changed commands with their keys.</param>
    /// <returns>Each taken letter or digit with its command.</returns>
    public static IReadOnlyDictionary<char, string> TakenBy(IReadOnlyDictionary<string, string[]> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        var taken = Usual.Where(usual => !changed.ContainsKey(usual.Key)).ToDictionary(usual => usual.Value, usual => usual.Key);
        foreach (var (command, keys) in changed)
        {
            foreach (var key in keys.Where(key => key.Length == 1))
            {
                taken.TryAdd(key[0], command);
            }
        }

        return taken;
    }
}
