using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>The classes of a project: made, changed, put in order, archived, merged. None is ever deleted.</summary>
public sealed partial class ClassCatalog(
    IDbContextFactory<StudioDbContext> contexts,
    StudioWriter writer,
    ProjectAccess access,
    ChangeSignals signals,
    TimeProvider clock)
{
    /// <summary>
    /// In their order, archived and merged ones last; behind them the combinations that were given to images, which have a name
    /// as any label but are not to choose.
    /// </summary>
    public async Task<IReadOnlyList<ClassInfo>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var classes = await db.Classes.AsNoTracking()
            .Where(item => item.ProjectId == projectId)
            .OrderBy(item => item.IsCombination).ThenBy(item => item.IsArchived).ThenBy(item => item.Position).ThenBy(item => item.CreatedUtc)
            .ToListAsync(cancellationToken);
        var counts = await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && image.LabelClassId != null)
            .GroupBy(image => image.LabelClassId!.Value)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        var combinations = new Combinations(projectId, classes, await Combinations.MembersAsync(db, projectId, cancellationToken));
        // A class has the images that show it together with others too.
        foreach (var (label, count) in counts.ToList())
        {
            foreach (var classId in combinations.MembersOf(label).Where(id => id != label))
            {
                counts[classId] = counts.GetValueOrDefault(classId) + count;
            }
        }

        return [.. classes.Select(item => Info(item, counts.GetValueOrDefault(item.Id), combinations))];
    }

    public async Task<ClassInfo> CreateAsync(Guid userId, Guid projectId, NewClass newClass, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(newClass);
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        var created = await writer.WriteAsync(
            async (db, token) => await AddAsync(db, projectId, newClass, await CommandsAsync(db, userId, token), clock.GetUtcNow(), token),
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Classes);
        return Info(created, 0, combinations: null);
    }

    public async Task<ClassInfo> UpdateAsync(
        Guid userId, Guid projectId, Guid classId, ClassUpdate update, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        var name = ClassRules.CheckedName(update.Name);
        var changed = await writer.WriteAsync(
            async (db, token) =>
            {
                var all = await AllAsync(db, projectId, token);
                var item = Of(all, classId);
                DemandFreeName(all, name, except: item);
                item.Aliases = ClassRules.Aliases(update.Aliases ?? item.Aliases, formerName: item.Name, name);
                item.Name = name;
                item.NormalizedName = ClassRules.Normalized(name);
                item.Colour = ClassRules.CheckedColour(update.Colour);
                // A key that stays was allowed once: somebody else's keymap must not stand in the way of a new colour.
                item.Hotkey = update.Hotkey == item.Hotkey
                    ? item.Hotkey
                    : ClassRules.CheckedHotkey(update.Hotkey, await CommandsAsync(db, userId, token), all.Where(other => other != item && !other.IsArchived));
                item.Description = update.Description.Trim();
                var becomesNegative = update.IsNegative == true && !item.IsNegative;
                item.IsNegative = ClassRules.CheckedNegative(update.IsNegative ?? item.IsNegative, all.Where(other => other != item));
                item.IsLeftOutOfTraining = update.IsLeftOutOfTraining ?? item.IsLeftOutOfTraining;
                await FollowAsync(db, projectId, all, token);
                var labels = await ImageFilterQuery.LabelsWithAsync(db, classId, token);
                if (becomesNegative && await db.Images.CountAsync(
                    image => image.ProjectId == projectId && image.LabelClassId != classId && EF.Parameter(labels).Contains(image.LabelClassId!.Value), token) is > 0 and var together)
                {
                    throw new InvalidRequestException(
                        $"{together} images have the class '{item.Name}' together with others, so it can't stand for none of these. Take it off those images first.");
                }

                var count = await db.Images.CountAsync(
                    image => image.ProjectId == projectId && EF.Parameter(labels).Contains(image.LabelClassId!.Value), token);
                return Info(item, count, combinations: null);
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Classes);
        return changed;
    }

    /// <summary>Puts the class at this place among the classes in use, counted from 0.</summary>
    public async Task MoveAsync(Guid userId, Guid projectId, Guid classId, int position, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await writer.WriteAsync(
            async (db, token) =>
            {
                var all = await AllAsync(db, projectId, token);
                var inUse = InUse(all);
                var moved = Of(inUse, classId);
                inUse.Remove(moved);
                inUse.Insert(Math.Clamp(position, 0, inUse.Count), moved);
                for (var place = 0; place < inUse.Count; place++)
                {
                    inUse[place].Position = place;
                }

                await FollowAsync(db, projectId, all, token);
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Classes);
    }

    /// <summary>Takes the class out of use; its images keep their label, and are left out of training.</summary>
    public Task ArchiveAsync(Guid userId, Guid projectId, Guid classId, CancellationToken cancellationToken) => SetArchivedAsync(
        userId, projectId, classId, (item, _) => item.IsArchived = true, cancellationToken);

    /// <summary>Puts it back at the end; its key only if nobody has it now.</summary>
    public Task RestoreAsync(Guid userId, Guid projectId, Guid classId, CancellationToken cancellationToken) => SetArchivedAsync(
        userId,
        projectId,
        classId,
        (item, inUse) =>
        {
            if (item.MergedIntoId is not null)
            {
                throw new InvalidRequestException(
                    $"The class '{item.Name}' was merged into another one and has no images of its own. Undo the merge instead.");
            }

            item.IsArchived = false;
            item.Position = EndOf(inUse);
            item.Hotkey = inUse.Any(other => other.Hotkey == item.Hotkey) ? null : item.Hotkey;
        },
        cancellationToken);

    /// <summary>Adds a class inside a work of the writer; also for imports that bring new names.</summary>
    internal static Task<ClassDefinition> AddAsync(
        StudioDbContext db, Guid projectId, NewClass newClass, DateTimeOffset now, CancellationToken cancellationToken) =>
        AddAsync(db, projectId, newClass, CommandKeys.TakenBy(new Dictionary<string, string[]>()), now, cancellationToken);

    private static async Task<ClassDefinition> AddAsync(
        StudioDbContext db,
        Guid projectId,
        NewClass newClass,
        IReadOnlyDictionary<char, string> commands,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var name = ClassRules.CheckedName(newClass.Name);
        var all = await AllAsync(db, projectId, cancellationToken);
        DemandFreeName(all, name, except: null);
        var inUse = InUse(all);
        var item = new ClassDefinition
        {
            Id = Guid.CreateVersion7(now),
            ProjectId = projectId,
            Name = name,
            NormalizedName = ClassRules.Normalized(name),
            Colour = newClass.Colour is null ? ClassColours.NextFree([.. all.Where(other => !other.IsCombination).Select(other => other.Colour)]) : ClassRules.CheckedColour(newClass.Colour),
            Hotkey = newClass.Hotkey is null
                ? ClassRules.FreeHotkey(name, inUse)
                : ClassRules.CheckedHotkey(newClass.Hotkey, commands, inUse),
            Position = EndOf(inUse),
            Description = newClass.Description.Trim(),
            IsNegative = ClassRules.CheckedNegative(newClass.IsNegative, all),
            IsLeftOutOfTraining = newClass.IsLeftOutOfTraining,
            CreatedUtc = now.UtcDateTime,
            SinceOntologyVersion = await RaiseOntologyVersionAsync(db, projectId, cancellationToken),
        };
        db.Classes.Add(item);
        return item;
    }

    private async Task SetArchivedAsync(
        Guid userId,
        Guid projectId,
        Guid classId,
        Action<ClassDefinition, List<ClassDefinition>> change,
        CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await writer.WriteAsync(
            async (db, token) =>
            {
                var all = await AllAsync(db, projectId, token);
                change(Of(all, classId), [.. InUse(all).Where(item => item.Id != classId)]);
                await FollowAsync(db, projectId, all, token);
                await RaiseOntologyVersionAsync(db, projectId, token);
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Classes);
    }

    private static async Task<IReadOnlyDictionary<char, string>> CommandsAsync(
        StudioDbContext db, Guid userId, CancellationToken cancellationToken) =>
        CommandKeys.TakenBy(await UserKeymaps.ReadAsync(db, userId, cancellationToken));

    private static async Task<int> RaiseOntologyVersionAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken)
    {
        var project = await db.Projects.FindAsync([projectId], cancellationToken) ?? throw ProjectCatalog.Missing();
        return ++project.OntologyVersion;
    }

    private static Task<List<ClassDefinition>> AllAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken) =>
        db.Classes.Where(item => item.ProjectId == projectId).OrderBy(item => item.Position).ToListAsync(cancellationToken);

    /// <summary>The classes to choose from.</summary>
    private static List<ClassDefinition> InUse(List<ClassDefinition> all) => [.. all.Where(item => !item.IsArchived && !item.IsCombination)];

    /// <summary>Behind the last one: where classes were archived, places are free between those in use.</summary>
    private static int EndOf(List<ClassDefinition> inUse) => inUse.Count == 0 ? 0 : inUse.Max(item => item.Position) + 1;

    /// <summary>What was changed about a class goes for the combinations with it too.</summary>
    private static async Task FollowAsync(StudioDbContext db, Guid projectId, List<ClassDefinition> all, CancellationToken cancellationToken)
    {
        var combinations = new Combinations(projectId, all, await Combinations.MembersAsync(db, projectId, cancellationToken));
        foreach (var item in all.Where(item => item.IsCombination))
        {
            combinations.Follow(item);
        }
    }

    private static ClassDefinition Of(List<ClassDefinition> classes, Guid classId) =>
        classes.Find(item => item.Id == classId && !item.IsCombination)
        ?? throw new NotFoundException("This class does not exist in the project, or is archived. Reload the page.");

    private static void DemandFreeName(List<ClassDefinition> all, string name, ClassDefinition? except)
    {
        var normalized = ClassRules.Normalized(name);
        if (all.Find(item => item != except && item.NormalizedName == normalized) is { } taken)
        {
            throw new InvalidRequestException(taken.IsArchived
                ? $"An archived class is called '{taken.Name}' already. Restore it, or choose another name."
                : $"A class is called '{taken.Name}' already. Choose another name.");
        }
    }

    private static ClassInfo Info(ClassDefinition item, int labelledCount, Combinations? combinations) => new(
        item.Id,
        item.Name,
        item.Colour,
        item.Hotkey,
        item.Position,
        item.Description,
        item.IsArchived,
        item.MergedIntoId,
        item.CreatedUtc,
        item.SinceOntologyVersion,
        labelledCount)
    {
        Aliases = [.. item.Aliases],
        IsNegative = item.IsNegative,
        IsLeftOutOfTraining = item.IsLeftOutOfTraining,
        MemberIds = item.IsCombination ? combinations?.MembersOf(item.Id) : null,
    };
}
