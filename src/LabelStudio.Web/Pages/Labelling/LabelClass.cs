using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Web.Pages.Labelling;

/// <summary>A class as the modules in the browser need it.</summary>
public sealed record LabelClass(Guid Id, string Name, string Colour, string? Hotkey)
{
    public static IReadOnlyList<LabelClass> Of(IEnumerable<ClassInfo> classes) =>
        [.. classes.Where(c => !c.IsArchived).Select(c => new LabelClass(c.Id, c.Name, c.Colour, c.Hotkey))];
}
