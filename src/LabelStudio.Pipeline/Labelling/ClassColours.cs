namespace LabelStudio.Pipeline.Labelling;

/// <summary>Colours that stay apart from each other, in light and dark. Never the only cue: name and key stand beside them.</summary>
public static class ClassColours
{
    public static IReadOnlyList<string> All { get; } =
    [
        "#e6553f", "#3f7fe6", "#2ea36b", "#e6a23f", "#9b5de5", "#17a2b8", "#d6457f", "#7a8b2d",
        "#b5651d", "#5b6ee1", "#008f7a", "#c44fd0", "#6b7c93", "#a83232", "#3a9fd6", "#8a6d3b",
    ];

    /// <summary>The first colour that no class has yet; after all are taken, the first of those that the fewest have.</summary>
    public static string NextFree(IReadOnlyCollection<string> taken)
    {
        ArgumentNullException.ThrowIfNull(taken);
        return All.MinBy(colour => taken.Count(other => other.Equals(colour, StringComparison.OrdinalIgnoreCase)))!;
    }
}
