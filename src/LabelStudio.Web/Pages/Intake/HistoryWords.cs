using System.Globalization;
using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>An image's history in words.</summary>
public static class HistoryWords
{
    public static string What(ImageHistoryEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var act = entry.Kind switch
        {
            AnnotationKind.Label => "labelled",
            AnnotationKind.Clear => "label taken off",
            AnnotationKind.Discard => entry.DiscardReason is { } reason ? $"discarded: {reason}" : "discarded",
            AnnotationKind.Restore => "taken back in",
            AnnotationKind.Skip => "skipped",
            AnnotationKind.Flag => "marked unsure",
            AnnotationKind.Unflag => "mark taken off",
            AnnotationKind.Vote => "said to be",
        };
        return entry.Origin == AnnotationOrigin.Undo ? $"undo: {act}" : act;
    }

    /// <summary>Null: by hand, which needs no word.</summary>
    public static string? How(ImageHistoryEntry entry, IEnumerable<ClassInfo> classes)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var suggested = classes.FirstOrDefault(c => c.Id == entry.SuggestedClassId)?.Name ?? "another class";
        var probability = entry.SuggestedProbability is { } value ? $" ({value.ToString("P0", CultureInfo.CurrentCulture)})" : "";
        return entry.Origin switch
        {
            AnnotationOrigin.Accepted => $"as {entry.SuggestionSource} suggested{probability}",
            AnnotationOrigin.Corrected => $"where {entry.SuggestionSource} suggested {suggested}{probability}",
            AnnotationOrigin.Bulk => "with others in the grid",
            AnnotationOrigin.Import => entry.Source is { } source ? $"in {source}" : "by an import",
            AnnotationOrigin.Merge => "when classes were merged",
            AnnotationOrigin.Majority => "as most said",
            AnnotationOrigin.Adjudicated => "where people disagreed",
            AnnotationOrigin.Trash => "from the trash",
            AnnotationOrigin.Manual or AnnotationOrigin.Undo => null,
        };
    }
}
