using System.Globalization;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Serving;

namespace LabelStudio.Web.Pages.Labelling;

/// <summary>Says which classes no suggestion can name, so that nobody takes silence for an opinion.</summary>
public static class UnknownClasses
{
    private const int MostNamed = 2;

    /// <summary>Null: all classes can be suggested.</summary>
    /// <param name="classes">The classes that people can choose; and their combinations, as who suggests one suggests its classes.</param>
    /// <param name="live">Those that the live head knows; empty: it has learned nothing.</param>
    /// <param name="promoted">The model that suggests in its place; null: it suggests itself.</param>
    public static string? Text(IEnumerable<ClassInfo> classes, IReadOnlyCollection<Guid> live, PromotedHeadStatus? promoted)
    {
        var all = classes.ToList();
        live = WithMembers(live, all);
        var known = WithMembers(promoted?.ClassIds ?? [], all);
        var asked = all.Where(item => !item.IsArchived && !item.IsLeftOutOfTraining && !item.IsCombination).ToList();
        var unknown = asked.Where(item => !live.Contains(item.Id) && !known.Contains(item.Id)).ToList();
        if (promoted is not { ModelName: { } model, Problem: null })
        {
            return live.Count > 0 && unknown.Count > 0 ? $"not suggested yet: {Names(unknown)}" : null;
        }

        var byLive = asked.Where(item => live.Contains(item.Id) && !known.Contains(item.Id)).ToList();
        string[] parts =
        [
            .. unknown.Count > 0 ? [$"cannot suggest {Names(unknown)}: not known to {model}"] : Array.Empty<string>(),
            .. byLive.Count > 0 ? [$"{Names(byLive)}: not known to {model}, suggested by the live head"] : Array.Empty<string>(),
        ];
        return parts is [] ? null : string.Join(" · ", parts);
    }

    private static HashSet<Guid> WithMembers(IReadOnlyCollection<Guid> labels, List<ClassInfo> all) =>
        [.. labels, .. all.Where(item => labels.Contains(item.Id)).SelectMany(item => item.MemberIds ?? [])];

    private static string Names(List<ClassInfo> classes)
    {
        var named = string.Join(", ", classes.Take(MostNamed).Select(item => item.Name));
        return classes.Count > MostNamed ? string.Create(CultureInfo.CurrentCulture, $"{named} and {classes.Count - MostNamed} more") : named;
    }
}
