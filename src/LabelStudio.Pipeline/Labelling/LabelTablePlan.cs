using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Sorts the rows of a table of labels by what becomes of them. No database, so that every rule can be seen in one place.</summary>
/// <param name="images">The project's images that the table names.</param>
/// <param name="combinations">The project's classes.</param>
/// <param name="takesSeveral">Images may have several classes, or none.</param>
/// <param name="mayMakeClasses">Names that no class has become new classes; else they are refused.</param>
internal sealed class LabelTablePlan(TableImages images, Combinations combinations, bool takesSeveral, bool mayMakeClasses)
{
    private readonly ImportedClasses _classes = new(combinations, takesSeveral);
    private readonly Dictionary<string, MeantLabel> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<long, MeantLabel> _given = [];
    private readonly Dictionary<long, ImportLabel> _said = [];

    public int Rows { get; private set; }

    public int Already { get; private set; }

    public int WithoutClass { get; private set; }

    public int Conflicts { get; private set; }

    public int Unknown { get; private set; }

    public int Refused { get; private set; }

    public List<LabelTableProblem> Problems { get; } = [];

    /// <summary>The label that each image gets, in the order of the rows; the same label is the same object.</summary>
    public IReadOnlyDictionary<long, MeantLabel> Given => _given;

    /// <summary>Names that are to become classes, in the order of the rows; those that differ in case or spaces only are one.</summary>
    public IReadOnlyList<string> NewClasses => [.. _given.Values.Distinct().SelectMany(label => label.NewNames).DistinctBy(ClassRules.Normalized)];

    public void Add(ImportTableRow row)
    {
        Rows++;
        if (row.Label is null)
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

        var (image, label) = (named[0], _classes.Read(row.Label));
        if (label.Archived is { } archived)
        {
            Refuse(row, $"The class '{archived.Name}' is archived. Restore it, or name another one.");
        }
        else if (label.Problem is { } unclear)
        {
            Refuse(row, unclear);
        }
        else if (image.State == ImageState.Labelled && label.NewNames.Count == 0 && image.ClassId == combinations.IdOf(label.Known))
        {
            Already++;
        }
        else if (image.State != ImageState.Unlabelled)
        {
            Conflict(row, image.State == ImageState.Discarded
                ? "The image is discarded, and was left so."
                : $"The image is labelled '{(image.ClassId is { } id ? combinations.Find(id)?.Name : null)}': that label was kept.");
        }
        else if (label.NewNames.Select(ProblemOf).FirstOrDefault(problem => problem is not null) is { } problem)
        {
            Refuse(row, problem);
        }
        else
        {
            Give(row, row.Label, image.Id, label);
        }
    }

    private void Give(ImportTableRow row, ImportLabel said, long imageId, MeantLabel label)
    {
        label = _labels.TryAdd(label.Key, label) ? label : _labels[label.Key];
        if (_given.TryAdd(imageId, label))
        {
            _said.Add(imageId, said);
        }
        else if (_given[imageId] == label)
        {
            Already++;
        }
        else
        {
            Conflict(row, $"A row before it says '{_said[imageId].Said}': that one counts.");
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
