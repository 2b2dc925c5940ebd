using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Export;

/// <summary>How an export names labels: by their classes. A combination is written as the classes it stands for, never as one of its own.</summary>
internal sealed class LabelNames
{
    private readonly Dictionary<Guid, string[]> _names;
    private readonly IReadOnlyList<(Guid Id, string Name)> _labels;
    private readonly HashSet<Guid> _combinations;

    private LabelNames(
        IReadOnlyList<(Guid Id, string Name)> labels, HashSet<Guid> combinations, ILookup<Guid, Guid> members, bool takesSeveral)
    {
        (_labels, _combinations, TakesSeveral) = (labels, combinations, takesSeveral);
        var names = labels.ToDictionary(label => label.Id, label => label.Name);
        // Members come in the order of the classes.
        _names = labels.ToDictionary(label => label.Id, label => combinations.Contains(label.Id) ? members[label.Id].Select(id => names[id]).ToArray() : [label.Name]);
    }

    /// <summary>Images may have several classes, or one of the labels stands for some.</summary>
    public bool TakesSeveral { get; }

    /// <summary>What the column is called that <see cref="Cell"/> goes in: readers then know how to read it.</summary>
    public string Column => TakesSeveral ? "labels" : "label";

    /// <summary>The classes in their order.</summary>
    public IEnumerable<(Guid Id, string Name)> Classes => _labels.Where(label => !_combinations.Contains(label.Id));

    /// <summary>The labels that stand for several classes, or for none.</summary>
    public IEnumerable<Guid> Combinations => _labels.Where(label => _combinations.Contains(label.Id)).Select(label => label.Id);

    /// <summary>A folder for each label: one can be in one folder only.</summary>
    public Dictionary<Guid, string> Folders() => ExportNames.Folders(_labels);

    public IReadOnlyList<string>? Of(Guid? labelId) => labelId is { } id ? _names.GetValueOrDefault(id) : null;

    /// <summary>As a table holds it; null: no label.</summary>
    public string? Cell(Guid? labelId) => Of(labelId) is not { } names ? null : TakesSeveral ? LabelCell.Text(names) : names[0];

    /// <param name="labels">All labels that the export may name, the classes in their order.</param>
    public static async Task<LabelNames> ReadAsync(
        StudioDbContext db, Guid projectId, IReadOnlyList<(Guid Id, string Name)> labels, CancellationToken cancellationToken)
    {
        var all = await db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId && item.IsCombination)
            .Select(item => item.Id).ToHashSetAsync(cancellationToken);
        var combinations = labels.Select(label => label.Id).Where(all.Contains).ToHashSet();
        var takesSeveral = combinations.Count > 0
            || await db.TakesSeveralClassesAsync(projectId, cancellationToken);
        var places = labels.Index().ToDictionary(label => label.Item.Id, label => label.Index);
        var members = (await Labelling.Combinations.MembersAsync(db, projectId, cancellationToken))
            .Where(member => combinations.Contains(member.CombinationId) && places.ContainsKey(member.ClassId))
            .OrderBy(member => places[member.ClassId])
            .ToLookup(member => member.CombinationId, member => member.ClassId);
        return new(labels, combinations, members, takesSeveral);
    }
}
