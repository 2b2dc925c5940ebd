using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Which classes an import means. No database, so that every rule can be seen in one place.</summary>
/// <param name="combinations">The project's classes.</param>
/// <param name="takesSeveral">Images may have several classes, or none.</param>
internal sealed class ImportedClasses(Combinations combinations, bool takesSeveral)
{
    private readonly Dictionary<string, ClassDefinition?> _found = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, ClassDefinition>> _combinations = new(() =>
        combinations.Classes.Where(item => item.IsCombination && item.MergedIntoId is null).DistinctBy(item => item.Name).ToDictionary(item => item.Name));

    public MeantLabel Read(ImportLabel label)
    {
        var names = NamesOf(label);
        if (!takesSeveral && label.ClassIds.Count + names.Count != 1)
        {
            return MeantLabel.NotOne(label);
        }

        var named = names.Select(name => (Name: name, Class: Find(name))).ToList();
        var ids = label.ClassIds.Concat(named.Select(item => item.Class?.Id).OfType<Guid>()).SelectMany(combinations.MembersOf).ToList();
        var classes = ids.Select(Present).ToList();
        if (classes.Contains(null))
        {
            return MeantLabel.With("The chosen class does not exist in this project.");
        }

        if (classes.Find(item => item!.IsArchived) is { } archived)
        {
            return MeantLabel.With(archived);
        }

        var known = combinations.InUse(classes.Select(item => item!.Id), out _);
        var missing = named.Where(item => item.Class is null).Select(item => item.Name).DistinctBy(ClassRules.Normalized).ToList();
        return combinations.ProblemOf(known, missing.Count) is { } problem ? MeantLabel.With(problem) : new MeantLabel(known, missing);
    }

    /// <summary>One name that something is called by is that; else it may be several in one cell.</summary>
    private IReadOnlyList<string> NamesOf(ImportLabel label) =>
        label.WholeName is { } whole && (!takesSeveral || Find(whole) is not null) ? [whole] : label.ClassNames;

    /// <summary>By the name of a class or of a combination; null: nothing is called so.</summary>
    private ClassDefinition? Find(string name)
    {
        if (!_found.TryGetValue(name, out var found))
        {
            found = ClassRules.Find(combinations.Classes, name) ?? (takesSeveral ? _combinations.Value.GetValueOrDefault(name) : null);
            // Resolved once: a table names the same class many thousand times.
            found = found is null ? null : MergedClasses.Resolve(combinations.Classes, found);
            _found[name] = found;
        }

        return found;
    }

    private ClassDefinition? Present(Guid id) =>
        combinations.Find(id) is { } item ? MergedClasses.Resolve(combinations.Classes, item) : null;
}
