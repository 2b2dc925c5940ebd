using System.Security.Cryptography;
using LabelStudio.Pipeline.Intake;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>
/// The labels of a project whose images may have several classes. One class is its own label. Several, or none, are a
/// combination: a class definition made of others, so that everything that keeps, votes on, takes back or learns a label does
/// the same for both.
/// </summary>
/// <remarks>
/// Source: Boutell and others 2004, "Learning multi-label scene classification" (one class for each set of classes that
/// occurs, later called the label powerset).
/// </remarks>
internal sealed class Combinations
{
    /// <summary>Behind all classes.</summary>
    private const int LastPosition = int.MaxValue;

    private const string ColourOfNone = "#6b7c93";

    private readonly Dictionary<Guid, ClassDefinition> _classes;
    private readonly Dictionary<Guid, Guid[]> _members;
    private readonly List<ClassDefinition> _made = [];
    private readonly Guid _projectId;

    internal Combinations(Guid projectId, IEnumerable<ClassDefinition> classes, IEnumerable<CombinationMember> members)
    {
        _projectId = projectId;
        _classes = classes.ToDictionary(item => item.Id);
        var byCombination = members.ToLookup(member => member.CombinationId, member => member.ClassId);
        _members = _classes.Values.Where(item => item.IsCombination).ToDictionary(item => item.Id, item => byCombination[item.Id].ToArray());
    }

    public IReadOnlyCollection<ClassDefinition> Classes => _classes.Values;

    public ClassDefinition? Find(Guid id) => _classes.GetValueOrDefault(id);

    public static async Task<Combinations> ReadAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken)
    {
        var classes = await db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId).ToListAsync(cancellationToken);
        return new(projectId, classes, await MembersAsync(db, projectId, cancellationToken));
    }

    /// <summary>
    /// For a few labels, however many combinations there are: all classes, and of the combinations those that are asked for.
    /// </summary>
    /// <param name="ids">Combinations by id.</param>
    /// <param name="name">And by name; null: none.</param>
    public static async Task<Combinations> ReadAsync(
        StudioDbContext db, Guid projectId, IReadOnlyList<Guid> ids, string? name, CancellationToken cancellationToken)
    {
        var asked = ids.ToArray();
        var classes = await db.Classes.AsNoTracking()
            .Where(item => item.ProjectId == projectId && (!item.IsCombination || item.Name == name || EF.Parameter(asked).Contains(item.Id)))
            .ToListAsync(cancellationToken);
        var combinations = classes.Where(item => item.IsCombination).Select(item => item.Id).ToArray();
        var members = combinations.Length == 0 ? [] : await db.Set<CombinationMember>().AsNoTracking()
            .Where(member => EF.Parameter(combinations).Contains(member.CombinationId))
            .ToListAsync(cancellationToken);
        return new(projectId, classes, members);
    }

    public static Task<List<CombinationMember>> MembersAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken) =>
        db.Set<CombinationMember>().AsNoTracking()
            .Where(member => db.Classes.Any(item => item.Id == member.CombinationId && item.ProjectId == projectId))
            .ToListAsync(cancellationToken);

    /// <summary>The classes that a label stands for: itself, or those of the combination, in the classes' order.</summary>
    public IReadOnlyList<Guid> MembersOf(Guid labelId) => _members.TryGetValue(labelId, out var members) ? InOrder(members) : [labelId];

    /// <summary>The same of a label that was given before classes were merged: a vote keeps the class it named.</summary>
    public IReadOnlyList<Guid> PresentMembersOf(Guid labelId) =>
        InOrder(MembersOf(labelId).Select(id => MergedClasses.Resolve(_classes.Values, id)).Distinct());

    public IEnumerable<ClassDefinition> With(Guid classId) => _members.Where(pair => pair.Value.Contains(classId)).Select(pair => _classes[pair.Key]);

    /// <summary>The classes in use that are meant: those that took merged ones over, those of combinations, each once.</summary>
    /// <param name="problem">Why one of them cannot be given; null: all can.</param>
    public IReadOnlyList<Guid> InUse(IEnumerable<Guid> asked, out string? problem)
    {
        problem = null;
        var found = new List<Guid>();
        foreach (var id in asked.SelectMany(MembersOf))
        {
            if (!_classes.TryGetValue(id, out var item))
            {
                problem = "A chosen class does not exist in this project, so nothing was saved. Choose another class.";
                return [];
            }

            item = MergedClasses.Resolve(_classes.Values, item);
            if (item.IsArchived)
            {
                problem = $"The class '{item.Name}' was archived meanwhile, so nothing was saved. Choose another class.";
                return [];
            }

            found.Add(item.Id);
        }

        return InOrder(found.Distinct());
    }

    /// <summary>
    /// What an image is that had one label and is given these classes too. "None of these" goes with no other class: what is
    /// given last holds.
    /// </summary>
    public IReadOnlyList<Guid> Sum(IReadOnlyList<Guid> before, IReadOnlyList<Guid> given) =>
        given.Any(IsNegative) ? given : InOrder(before.Where(id => !IsNegative(id)).Union(given));

    /// <summary>Why these classes can't be given together; null: they can.</summary>
    /// <param name="others">Classes beside them that are still to be made.</param>
    public string? ProblemOf(IReadOnlyList<Guid> classIds, int others = 0) => classIds.Count + others > 1 && classIds.FirstOrDefault(IsNegative) is var id && id != Guid.Empty
        ? $"'{_classes[id].Name}' means that no other class fits, so it can't be given together with others. Choose one or the other."
        : null;

    /// <summary>A class that was made meanwhile.</summary>
    public void Add(ClassDefinition item) => _classes.Add(item.Id, item);

    /// <summary>The label of an image with these classes; a combination that nobody gave before is made.</summary>
    public Guid LabelOf(IReadOnlyCollection<Guid> classIds, int ontologyVersion, DateTime atUtc)
    {
        var id = IdOf(classIds);
        if (classIds.Count != 1 && !_classes.ContainsKey(id))
        {
            Make(id, [.. classIds], ontologyVersion, atUtc);
        }

        return id;
    }

    /// <summary>Adds combinations that were made, and that the database does not have, to what the context saves.</summary>
    /// <param name="used">The labels that were given.</param>
    /// <returns>Some were added.</returns>
    public async Task<bool> SaveAsync(StudioDbContext db, IReadOnlySet<Guid> used, CancellationToken cancellationToken)
    {
        var asked = _made.Where(item => used.Contains(item.Id)).Select(item => item.Id).ToArray();
        if (asked.Length == 0)
        {
            return false;
        }

        var known = await db.Classes.Where(item => EF.Parameter(asked).Contains(item.Id)).Select(item => item.Id).ToHashSetAsync(cancellationToken);
        var added = _made.FindAll(item => used.Contains(item.Id) && !known.Contains(item.Id));
        db.Classes.AddRange(added);
        db.AddRange(added.SelectMany(item => _members[item.Id].Select(id => new CombinationMember { CombinationId = item.Id, ClassId = id })));
        _made.RemoveAll(item => used.Contains(item.Id));
        return added.Count > 0;
    }

    /// <summary>What a label of these classes is called.</summary>
    public string NameOf(IEnumerable<Guid> classIds) => NameOf(InOrder(classIds).ConvertAll(id => _classes[id]));

    /// <summary>Name, colour, and whether it is in use and learned, follow the combination's classes.</summary>
    public void Follow(ClassDefinition combination)
    {
        var members = MembersOf(combination.Id).Select(id => _classes[id]).ToList();
        combination.Name = NameOf(members);
        combination.Colour = members is [var first, ..] ? first.Colour : ColourOfNone;
        combination.IsArchived = combination.MergedIntoId is not null || members.Exists(item => item.IsArchived);
        combination.IsLeftOutOfTraining = members.Exists(item => item.IsLeftOutOfTraining);
    }

    /// <summary>The label of these classes, whether it was given before or not: the same ones are the same combination, on whatever way they came together.</summary>
    public Guid IdOf(IReadOnlyCollection<Guid> classIds)
    {
        if (classIds.Count == 1)
        {
            return classIds.Single();
        }

        byte[] key = [.. _projectId.ToByteArray(), .. classIds.Order().SelectMany(id => id.ToByteArray())];
        var bytes = SHA256.HashData(key).AsSpan(0, 16);
        // A UUID of version 8 (RFC 9562): made by a rule of one's own.
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes);
    }

    private void Make(Guid id, Guid[] members, int ontologyVersion, DateTime atUtc)
    {
        var item = new ClassDefinition
        {
            Id = id,
            ProjectId = _projectId,
            Name = "",
            // No name that a person can give: spaces of theirs are plain ones.
            NormalizedName = $"\n{id:N}",
            Colour = ColourOfNone,
            Position = LastPosition,
            IsCombination = true,
            CreatedUtc = atUtc,
            SinceOntologyVersion = ontologyVersion,
        };
        _classes.Add(id, item);
        _members.Add(id, members);
        _made.Add(item);
        Follow(item);
    }

    private static string NameOf(List<ClassDefinition> members) =>
        members.Count == 0 ? ClassDefinition.NameOfNone : string.Join(" + ", members.Select(item => item.Name));

    private bool IsNegative(Guid classId) => _classes[classId].IsNegative;

    private List<Guid> InOrder(IEnumerable<Guid> classIds) =>
        [.. classIds.OrderBy(id => _classes.TryGetValue(id, out var item) ? item.Position : LastPosition).ThenBy(id => id)];
}
