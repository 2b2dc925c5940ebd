using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>How a class is shown beside a prediction.</summary>
/// <param name="IsInUse">Images may be labelled with it now.</param>
public sealed record ClassLook(Guid Id, string Name, string Colour, bool IsInUse)
{
    /// <summary>The key that labels with it; null: none.</summary>
    public string? Hotkey { get; init; }

    /// <summary>Of a combination: its classes. Null: it is a class, which people choose.</summary>
    public IReadOnlyList<Guid>? MemberIds { get; init; }

    /// <summary>People may choose it for an image now.</summary>
    public bool IsToChoose => IsInUse && MemberIds is null;

    public static ClassLook Of(ClassInfo item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new(item.Id, item.Name, item.Colour, !item.IsArchived && item.MergedIntoId is null) { Hotkey = item.Hotkey, MemberIds = item.MemberIds };
    }
}
