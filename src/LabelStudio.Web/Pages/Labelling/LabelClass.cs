using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Web.Pages.Labelling;

/// <summary>A class, or a combination of them, as the modules in the browser need it. Two of the same are equal, so that nothing is sent twice.</summary>
/// <param name="Aliases">What else it is called, with commas between.</param>
public sealed record LabelClass(Guid Id, string Name, string Colour, string? Hotkey, string Aliases)
{
    /// <summary>"None of these": goes with no other class.</summary>
    public bool IsNegative { get; init; }

    /// <summary>The classes of a combination, in their order; null: it is a class that people choose.</summary>
    public IReadOnlyList<Guid>? MemberIds { get; init; }

    public static IReadOnlyList<LabelClass> Of(IEnumerable<ClassInfo> classes) =>
    [
        .. classes.Where(c => !c.IsArchived).Select(c => new LabelClass(c.Id, c.Name, c.Colour, c.Hotkey, string.Join(", ", c.Aliases))
        {
            IsNegative = c.IsNegative,
            MemberIds = c.MemberIds,
        }),
    ];

    public bool Equals(LabelClass? other) =>
        other is not null && (Id, Name, Colour, Hotkey, Aliases, IsNegative) == (other.Id, other.Name, other.Colour, other.Hotkey, other.Aliases, other.IsNegative)
        && (MemberIds is null ? other.MemberIds is null : other.MemberIds is { } members && MemberIds.SequenceEqual(members));

    public override int GetHashCode() => Id.GetHashCode();
}
