using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>What a bulk action is about to do, said before it does.</summary>
/// <param name="Done">What the images will be: "labelled hat".</param>
/// <param name="Now">What they are, where labels may be lost.</param>
/// <param name="ClassId">The class they get; those that have it lose nothing.</param>
/// <param name="Discards">They will be discarded; those that are lose nothing.</param>
/// <param name="IsLong">It goes on by itself.</param>
public sealed record ChangePreview(int Count, string Done, SelectionCounts? Now, Guid? ClassId, bool Discards, bool IsLong)
{
    private const int MostClassesNamed = 4;

    /// <summary>One label changed is a correction; more may be a slip.</summary>
    public bool NeedsAnswer => IsLong || Labels.Sum(label => label.Count) + Discarded > 1;

    public string Question => $"Change {Figures.Count(Count, "image", "images")}?";

    /// <summary>Labels that are lost, the most frequent class first.</summary>
    private IEnumerable<(Guid ClassId, int Count)> Labels => (Now?.ByClass ?? new Dictionary<Guid, int>())
        .Where(label => label.Key != ClassId)
        .OrderByDescending(label => label.Value)
        .Select(label => (label.Key, label.Value));

    private int Discarded => Discards ? 0 : Now?.Discarded ?? 0;

    public string Text(IReadOnlyList<ClassInfo> classes)
    {
        List<(Guid ClassId, int Count)> labels = [.. Labels];
        var named = labels.Take(MostClassesNamed)
            .Select(label => $"{Figures.Count(label.Count)} {classes.FirstOrDefault(item => item.Id == label.ClassId)?.Name ?? "of a class that is gone"}");
        var others = labels.Skip(MostClassesNamed).Sum(label => label.Count);
        var lost = string.Join(", ", others > 0 ? named.Append($"{Figures.Count(others)} others") : named);
        return string.Join(' ', new[]
        {
            $"{Figures.Count(Count, "image", "images")} will be {Done}.",
            labels.Count > 0 ? $"{Figures.Count(labels.Sum(label => label.Count), "label goes", "labels go")}: {lost}." : null,
            Discarded > 0 ? $"{Figures.Count(Discarded, "image is", "images are")} discarded now and will not be any more." : null,
            IsLong ? "It goes on when you leave this page, and one undo takes it back." : "One undo takes it back.",
        }.OfType<string>());
    }
}
