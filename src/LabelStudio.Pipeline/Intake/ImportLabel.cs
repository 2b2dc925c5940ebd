namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// The classes an image comes in with: known ones, or names that are looked up and made when they are missing. None at all:
/// somebody looked, and it shows no class.
/// </summary>
public sealed record ImportLabel
{
    private ImportLabel()
    {
    }

    public IReadOnlyList<Guid> ClassIds { get; private init; } = [];

    public IReadOnlyList<string> ClassNames { get; private init; } = [];

    /// <summary>
    /// What is said of the classes, as one name: it counts in a project whose images have one class each, and where something
    /// is called so. Null: they stood apart.
    /// </summary>
    public string? WholeName { get; private init; }

    /// <summary>The program that gave it; null: it came with the file.</summary>
    public string? Source { get; init; }

    /// <summary>What is said of the classes, to be told.</summary>
    internal string Said => WholeName ?? (ClassNames.Count == 0 ? LabelCell.NoClass : string.Join(" + ", ClassNames));

    public static ImportLabel Of(params IReadOnlyList<Guid> classIds) => new() { ClassIds = classIds };

    /// <summary>One class, whatever signs are in its name.</summary>
    public static ImportLabel Named(string name) => new() { ClassNames = [name], WholeName = name };

    /// <summary>Names that stood in a list. None: it shows no class.</summary>
    internal static ImportLabel OfNames(IReadOnlyList<string> names) => new() { ClassNames = names };

    /// <summary>What a column says that is made for several classes: see <see cref="LabelCell"/>. Null: nothing.</summary>
    internal static ImportLabel? OfList(string? cell) =>
        cell is not null && LabelCell.Names(cell) is { } names ? OfNames(names) : null;

    /// <summary>What columns say that may be made for one class, or of which there is one for each class. Null: nothing.</summary>
    internal static ImportLabel? OfCells(IReadOnlyList<string> cells, bool areRepeated) => cells switch
    {
        [] => null,
        [var only] => new() { ClassNames = !areRepeated ? LabelCell.Names(only) ?? [only] : LabelCell.IsNoClass(only) ? [] : [only], WholeName = only },
        _ => OfNames(cells),
    };
}
