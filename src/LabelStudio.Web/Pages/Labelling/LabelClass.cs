using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Web.Pages.Labelling;

/// <summary>A class as the modules in the browser need it.</summary>
/// <param name="Aliases">What else it is called, with commas between: one text, so that two of the same class are equal.</param>
public sealed record LabelClass(Guid Id, string Name, string Colour, string? Hotkey, string Aliases)
{
    public static IReadOnlyList<LabelClass> Of(IEnumerable<ClassInfo> classes) =>
        [.. classes.Where(c => !c.IsArchived).Select(c => new LabelClass(c.Id, c.Name, c.Colour, c.Hotkey, string.Join(", ", c.Aliases)))];
}
