using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Sorts the rows of a table of labels by what becomes of them. No database, so that every rule can be seen in one place.</summary>
/// <param name="images">The project's images that the table names.</param>
/// <param name="classes">The project's classes.</param>
/// <param name="mayMakeClasses">Names that no class has become new classes; else they are refused.</param>
internal sealed class LabelTablePlan(TableImages images, IReadOnlyList<ClassDefinition> classes, bool mayMakeClasses)
{
    private readonly Dictionary<string, ClassDefinition?> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<long, string> _given = [];

    public int Rows { get; private set; }

    public int Already { get; private set; }

    public int WithoutClass { get; private set; }

    public int Conflicts { get; private set; }

    public int Unknown { get; private set; }

    public int Refused { get; private set; }

    public List<LabelTableProblem> Problems { get; } = [];

    /// <summary>The name of the class that each image gets, in the order of the rows.</summary>
    public IReadOnlyDictionary<long, string> Given => _given;

    /// <summary>Names that are to become classes, in the order of the rows; those that differ in case or spaces only are one.</summary>
    public IReadOnlyList<string> NewClasses =>
        [.. _given.Values.Distinct(StringComparer.Ordinal).Where(name => Find(name) is null).DistinctBy(ClassRules.Normalized)];

    public ClassDefinition? Find(string name)
    {
        if (!_found.TryGetValue(name, out var found))
        {
            found = ClassRules.Find(classes, name) is { } known ? MergedClasses.Resolve(classes, known) : null;
            _found[name] = found;
        }

        return found;
    }

    public void Add(ImportTableRow row)
    {
        Rows++;
        if (row.ClassName is not { } name)
        {
            WithoutClass++;
            return;
        }

        var named = images.Find(row);
        if (named.Count != 1)
        {
            TellImage(row, named.Count);
            return;
        }

        var (image, found) = (named[0], Find(name));
        if (found is { IsArchived: true })
        {
            Refuse(row, $"The class '{found.Name}' is archived. Restore it, or name another one.");
        }
        else if (image.State == ImageState.Labelled && found is not null && image.ClassId == found.Id)
        {
            Already++;
        }
        else if (image.State != ImageState.Unlabelled)
        {
            Conflict(row, image.State == ImageState.Discarded
                ? "The image is discarded, and was left so."
                : $"The image is labelled '{classes.FirstOrDefault(item => item.Id == image.ClassId)?.Name}': that label was kept.");
        }
        else if (found is null && ProblemOf(name) is { } problem)
        {
            Refuse(row, problem);
        }
        else if (!_given.TryAdd(image.Id, name))
        {
            TellTwice(row, name, _given[image.Id]);
        }
    }

    private string? ProblemOf(string name) =>
        !mayMakeClasses ? $"No class is called '{name}'. Ask an ML lead to make it."
        : ClassRules.Normalized(name).Length is 0 or > 100 ? "A class needs a name of 1 to 100 characters."
        : null;

    private void TellImage(ImportTableRow row, int named)
    {
        if (named > 1)
        {
            Refuse(row, $"{named} images have this name. Add a column 'sha256' to say which one.");
        }
        else if (row.Sha256 is null && row.Path is null)
        {
            Refuse(row, "The row names no image.");
        }
        else
        {
            Unknown++;
            Tell(row, "No image of this project has this " + (row.Sha256 is null ? "name." : "hash."));
        }
    }

    private void TellTwice(ImportTableRow row, string name, string before)
    {
        if (Find(name)?.Id == Find(before)?.Id && (Find(name) is not null || ClassRules.Normalized(name) == ClassRules.Normalized(before)))
        {
            Already++;
        }
        else
        {
            Conflict(row, $"A row before it says '{before}': that one counts.");
        }
    }

    private void Conflict(ImportTableRow row, string reason)
    {
        Conflicts++;
        Tell(row, reason);
    }

    private void Refuse(ImportTableRow row, string reason)
    {
        Refused++;
        Tell(row, reason);
    }

    private void Tell(ImportTableRow row, string reason)
    {
        if (Problems.Count < LabelTableReport.MostProblems)
        {
            Problems.Add(new(row.Number, row.Path ?? row.Sha256 ?? "", reason));
        }
    }
}
