namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// Folders that bring splits along, such as "train" and "test" above the folders of classes. A single one says nothing: whoever
/// picks the folder "train" alone wants its images divided as all others. Where there is no folder for validation, the images
/// of the one for training are divided between the two.
/// </summary>
public sealed class SplitFolders
{
    private readonly HashSet<Split> _present;
    private readonly bool _innermostIsClass;

    private SplitFolders(IEnumerable<Split> present, bool innermostIsClass)
    {
        _present = [.. present];
        _innermostIsClass = innermostIsClass;
        if (_present.Count < 2)
        {
            _present.Clear();
        }
    }

    /// <summary>No folder tells a split.</summary>
    public static SplitFolders None { get; } = new([], innermostIsClass: true);

    /// <summary>Those that a client says an upload has, with commas between their names; a name of no split is passed over.</summary>
    /// <param name="names">Null or empty: none.</param>
    public static SplitFolders Named(string? names) =>
        new((names ?? "").Split(',').Select(Find).OfType<Split>(), innermostIsClass: true);

    /// <summary>Those on the ways to files that come in together.</summary>
    /// <param name="paths">The ways, with slashes.</param>
    /// <param name="innermostIsClass">The folder that a file lies in names its class, whatever it is called.</param>
    internal static SplitFolders Among(IEnumerable<string> paths, bool innermostIsClass) =>
        new(paths.Select(path => SplitOn(path, innermostIsClass)).OfType<Split>(), innermostIsClass);

    /// <summary>The split that a folder or a table calls so; null: it is no name of a split.</summary>
    internal static Split? Find(string name) => name.Trim().ToUpperInvariant() switch
    {
        "TRAIN" or "TRAINING" => Split.Train,
        "VAL" or "VALID" or "VALIDATION" => Split.Validation,
        "TEST" or "TESTING" => Split.Test,
        _ => null,
    };

    /// <summary>The splits that a file may come into; empty: its folders say nothing of it.</summary>
    internal IReadOnlyList<Split> Of(string path) => SplitOn(path, _innermostIsClass) switch
    {
        { } split when !_present.Contains(split) => [],
        Split.Train when !_present.Contains(Split.Validation) => [Split.Train, Split.Validation],
        { } split => [split],
        null => [],
    };

    /// <summary>By the outermost folder with the name of a split.</summary>
    private static Split? SplitOn(string path, bool innermostIsClass)
    {
        var folders = path.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SkipLast(innermostIsClass ? 2 : 1);
        return folders.Select(Find).FirstOrDefault(split => split is not null);
    }
}
