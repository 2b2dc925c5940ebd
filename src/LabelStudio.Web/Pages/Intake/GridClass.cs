using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>A class, or a combination of several, as the grid's module needs it.</summary>
/// <param name="Aliases">What else it is called, with commas between: one text, so that two of the same class are equal.</param>
/// <param name="Members">The classes of a combination, with spaces between; null: it is a class that people choose.</param>
/// <param name="IsNegative">It goes with no other class.</param>
public sealed record GridClass(Guid Id, string Name, string Colour, string? Hotkey, string Aliases, string? Members, bool IsNegative)
{
    /// <summary>Those in use.</summary>
    public static IReadOnlyList<GridClass> Of(IEnumerable<ClassInfo> classes) => [.. classes.Where(item => !item.IsArchived).Select(Of)];

    public static GridClass Of(ClassInfo item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var members = item.MemberIds is { } ids ? string.Join(' ', ids) : null;
        return new(item.Id, item.Name, item.Colour, item.Hotkey, string.Join(", ", item.Aliases), members, item.IsNegative);
    }
}
